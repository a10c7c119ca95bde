import type { RequestResult } from '../../../lambda/send/ports.ts';
import type { World } from './world.ts';

/** The message in a result. @throws when it is a problem */
export const messageOf = (result: RequestResult) => {
  if (result.kind === 'problem') throw new Error(`got the problem ${result.problem.code}`);
  if (result.kind === 'dry-run') throw new Error('got the report of a dry run');
  return { replayed: result.replayed, ...result.message };
};

/** The problem in a result. @throws when it is a message */
export const problemOf = (result: RequestResult) => {
  if (result.kind === 'message') throw new Error(`got a message that is ${result.message.status}`);
  if (result.kind === 'dry-run') throw new Error('got the report of a dry run');
  const { code, document, retryAfterSeconds } = result.problem;
  return { code, retryAfterSeconds, ...document };
};

/** States of the messages in the ledger. */
export const statesIn = (world: World) =>
  [...world.table.items.values()].flatMap(({ state }) => (state === undefined ? [] : [state]));

const turn = <T extends object>(outcome: T, took = false) => ({ outcome, took });
export const NOT_SENT = turn({ kind: 'not-sent', reason: 'too-many-requests', retryAfterSeconds: 7 } as const);
export const REJECTED = turn({ kind: 'rejected', code: 'E7', reason: 'no route' } as const);
export const KEY_REFUSED = turn({ kind: 'key-refused', reason: 'http-401' } as const);
export const ADDRESS_REFUSED = turn({ kind: 'address-refused', reason: 'http-403' } as const);
/** The provider took the message and its answer was lost. */
export const LOST_ANSWER = turn({ kind: 'unknown', reason: 'timeout' } as const, true);
/** The request was lost on its way. */
export const LOST_REQUEST = turn({ kind: 'unknown', reason: 'timeout' } as const);
