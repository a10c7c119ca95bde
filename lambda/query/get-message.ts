import type { Clock } from '../shared/clock.ts';
import { type Message, toMessage } from '../shared/message.ts';
import type { MessageLedger } from '../shared/message-ledger.ts';
import { problem, type Problem } from '../shared/problem.ts';

/** What reading a message needs from the outside. */
export interface QueryPorts {
  readonly ledger: Pick<MessageLedger, 'find'>;
  readonly clock: Clock;
}

/** What asking for a message came to. */
export type QueryResult =
  { readonly ok: true; readonly message: Message } | { readonly ok: false; readonly problem: Problem };

/** `msg_` and 26 characters of Crockford's alphabet. */
const ID = /^msg_[0-9A-HJKMNP-TV-Z]{26}$/;

/** Where a message of the app stands. Another app's message does not exist for it. */
export const getMessage = async ({ ledger, clock }: QueryPorts, app: string, id: string): Promise<QueryResult> => {
  const record = ID.test(id) ? await ledger.find(id) : undefined;
  if (record?.app !== app) return { ok: false, problem: problem('not-found') };
  return { ok: true, message: toMessage(record, clock.now()) };
};
