import type { components } from '../api/types.ts';
import { KEPT_MS, toMessage } from '../shared/message.ts';
import { problem, type Problem } from '../shared/problem.ts';
import { notThisCursor, type Parameters, readListRequest } from './list-request.ts';
import type { ListPorts } from './ports.ts';

/** What asking for a list came to. */
export type ListResult =
  | { readonly ok: true; readonly page: components['schemas']['MessagePage'] }
  | { readonly ok: false; readonly problem: Problem };

/**
 * The messages of an app, the newest first, as they stand now.
 *
 * 1. Read the query, and turn the number into what the ledger keeps of it.
 * 2. Open the cursor, which only this app with this query can.
 * 3. Look the page up. What is older than an idempotency key is kept is not there any more.
 */
export const listMessages = async (ports: ListPorts, app: string, parameters: Parameters): Promise<ListResult> => {
  const policy = ports.room.apps[app];
  if (policy === undefined) return { ok: false, problem: problem('not-authorized') };
  const read = readListRequest(parameters, policy.homeCountry);
  if (!read.ok) return read;
  const { since, until, reference, to, limit, cursor } = read.request;
  const hashes = await ports.hashes();
  if (hashes === undefined) return { ok: false, problem: UNREADABLE };
  const query = {
    app,
    from: since,
    to: until === undefined ? undefined : until - 1,
    numberHash: to === undefined ? undefined : hashes.number(to),
    reference,
  };
  const after = cursor === undefined ? undefined : hashes.openCursor(query, cursor);
  if (cursor !== undefined && after === undefined) return { ok: false, problem: notThisCursor() };
  const now = ports.clock.now();
  const from = Math.max(since ?? 0, now - KEPT_MS + 1);
  if (query.to !== undefined && query.to < from) return { ok: true, page: { messages: [], nextCursor: null } };
  const { records, next } = await ports.messages.newest({ ...query, from }, limit, after);
  return {
    ok: true,
    page: {
      messages: records.map((record) => toMessage(record, now)),
      nextCursor: next === undefined ? null : hashes.sealCursor(query, next),
    },
  };
};

const UNREADABLE = problem('internal', {
  detail: 'the room could not read its pepper',
  retry: 'after',
  fix: 'Repeat the request.',
  cause: 'pepper-unreadable',
});
