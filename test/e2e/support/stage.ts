import { randomUUID } from 'node:crypto';
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

/** Sends as an app of a room; a fresh idempotency key unless one is given. */
export const post = (
  stage: Stage,
  [room, app]: readonly [string, string],
  body: unknown,
  {
    key = randomUUID(),
    headers = {},
  }: { readonly key?: string; readonly headers?: Readonly<Record<string, string>> } = {},
) =>
  stage.app(
    room,
    app,
  )({
    method: 'POST',
    path: '/v1/messages',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'idempotency-key': key, ...headers },
  });
