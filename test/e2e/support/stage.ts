import { PassThrough } from 'node:stream';
import { createStage, type Stage } from '../../../local/demo/stage.ts';
import { cdkTarget } from '../../../local/system/local-system.ts';
import { readState } from '../../../local/system/state-file.ts';
import { trustAuthority } from '../../../operator/local-connection.ts';
import { createReport } from '../../../operator/report.ts';

/** The running system as the tests use it: through its public faces, with progress nobody reads. */
export const openStage = (): Stage => {
  const state = readState();
  if (state === undefined) throw new Error('the set-up has started no local system');
  trustAuthority(state.ca);
  const cdk = cdkTarget(state, new AbortController().signal);
  return createStage({ state, cdk }, createReport({ json: true, out: new PassThrough(), err: new PassThrough() }));
};
