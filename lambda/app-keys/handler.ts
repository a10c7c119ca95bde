import type { Context } from 'aws-lambda';

import type { AppKeyRecord } from '../shared/app-key-ledger.ts';
import { unforeseen } from '../shared/command-problems.ts';
import { guarded } from '../shared/guarded.ts';
import { describeError } from '../shared/log.ts';
import { keysOf, keyPolicyOf, reportOf } from './app-keys-of.ts';
import { checkExpiry } from './check.ts';
import type { AppKeyCommand, AppKeyResult } from './contract.ts';
import { APP_KEY_PROBLEMS, AppKeyError } from './errors.ts';
import { issueKey, rotateKey } from './issue.ts';
import type { AppKeyPorts } from './ports.ts';
import { realPorts } from './real-ports.ts';
import { revokeKeys } from './revoke.ts';
import type { SecretValue } from '../shared/secret-value.ts';

interface Done {
  readonly records: readonly AppKeyRecord[];
  readonly key?: SecretValue;
}

type Run = (ports: AppKeyPorts, command: AppKeyCommand) => Promise<Done>;

const COMMANDS: Readonly<Record<AppKeyCommand['action'], Run>> = {
  issue: async (ports, command) => {
    const { key, record } = await issueKey(ports, command.app ?? '', command);
    return { records: [record], key };
  },
  rotate: async (ports, command) => {
    const { key, record, replaced } = await rotateKey(ports, command.app ?? '', command);
    return { records: [record, replaced], key };
  },
  revoke: async (ports, command) => ({ records: await revokeKeys(ports, command) }),
  list: async (ports, { app = '' }) => {
    const { records } = await keysOf(ports, app);
    if (records.length === 0) keyPolicyOf(ports, app);
    return { records };
  },
  check: async (ports) => ({ records: await checkExpiry(ports) }),
};

/**
 * Issues, lists and revokes the keys of apps outside AWS.
 *
 * Triggered by whoever is a key issuer, synchronously, and by a schedule that only counts what ends soon. `issue` and
 * `rotate` make a key each time; everything else may be repeated.
 *
 * 1. Find the command.
 * 2. Run it. A key that was made leaves in this answer and is kept nowhere.
 * 3. Answer with what became of it, or why not; a check that failed fails the invocation, which is what is watched.
 *
 * @param ports made at the first request, so that importing this file reads no environment
 */
export const createHandler = (ports: () => AppKeyPorts) =>
  guarded(async (command: AppKeyCommand, { awsRequestId }: Pick<Context, 'awsRequestId'>): Promise<AppKeyResult> => {
    const { action } = command;
    try {
      if (!Object.hasOwn(COMMANDS, action)) {
        throw new AppKeyError('invalid-command', `the action must be one of ${Object.keys(COMMANDS).join(', ')}`);
      }
      const { records, key } = await COMMANDS[action](ports(), withoutEmpty(command));
      const keys = await Promise.all(records.map((record) => reportOf(ports(), record)));
      return { ok: true, action, keys, ...(key && { key: key.reveal() }) };
    } catch (error: unknown) {
      ports().log.warn('command refused', { requestId: awsRequestId, action, ...describeError(error) });
      if (action === 'check') throw error;
      const { code, message } = error instanceof AppKeyError ? error : unforeseen(error);
      const { fix, retryable } = APP_KEY_PROBLEMS[code];
      return { ok: false, action, code, message, fix, retryable, requestId: awsRequestId };
    }
  });

/** JSON has no `undefined`: what a caller left out may arrive as null. */
const withoutEmpty = (command: AppKeyCommand): AppKeyCommand =>
  Object.fromEntries(Object.entries(command).filter(([, value]) => value !== null)) as unknown as AppKeyCommand;

export const handler = createHandler(realPorts());
