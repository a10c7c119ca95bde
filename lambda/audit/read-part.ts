import { AUDITED_MS } from '../shared/audit-retention.ts';
import type { Plain } from '../shared/aws/attribute-value.ts';
import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import { iso } from '../shared/clock.ts';
import { DUE_INDEX, SENT_INDEX } from '../shared/contract.ts';
import { recordOf } from '../shared/ledger-messages.ts';
import { KEPT_MS } from '../shared/message.ts';
import { foreignShard } from '../shared/reconcile-state.ts';
import { sentShardsOf } from '../shared/sent-keys.ts';
import { SIGHTINGS_SHARD } from '../shared/sighting.ts';
import type { AuditEntries, AuditPage, AuditPart, KeyEntry } from './contract.ts';
import { type AuditRequest, writeCursor } from './request.ts';
import { walk, type Walked } from './walk.ts';

type Item = Readonly<Record<string, Plain>>;
type Table = Pick<DynamoDb, 'getItem' | 'getItems' | 'queryIndex'>;
type TimedPart = Exclude<AuditPart, 'keys'>;

const DAY_MS = 86_400_000;
/** What was sent before the oldest message that is kept is not there any more; a day for those that leave late. */
const SENT_MS = KEPT_MS + DAY_MS;

/** Reads a page of one part. @throws AwsError */
export const readPart = async (table: Table, request: AuditRequest, now: number): Promise<AuditPage> => {
  const { part } = request;
  if (part === 'keys') return { part, entries: await keysIn(table), next: null };
  const from = Math.max(request.from, now - (part === 'messages' ? SENT_MS : AUDITED_MS));
  const until = Math.min(request.until, now + 60_000);
  if (until <= from) return { part, entries: [], next: null };
  const { pks, next } = await walk(table, placesOf(part, from, until), { from, until, cursor: request.cursor });
  const items = pks.length === 0 ? [] : await table.getItems(pks);
  const entries = items.map((item) => ENTRIES[part](item)).sort((a, b) => (a.at < b.at ? -1 : 1));
  return { part, entries, next: next && writeCursor(next) };
};

const placesOf = (part: TimedPart, from: number, until: number): Walked => {
  if (part === 'actions') return { index: DUE_INDEX, shards: ['action'] };
  if (part === 'sightings') return { index: DUE_INDEX, shards: [SIGHTINGS_SHARD] };
  if (part === 'messages') return { index: SENT_INDEX, shards: sentShardsOf(from, until) };
  const first = Math.floor(from / DAY_MS);
  const days = Math.floor((until - 1) / DAY_MS) - first + 1;
  return {
    index: SENT_INDEX,
    shards: Array.from({ length: days }, (_, day) => foreignShard(iso((first + day) * DAY_MS).slice(0, 10))),
  };
};

/** Items were written by the room's functions alone, so each has the shape it was written with; nothing else of it is shown. */
const ENTRIES: { readonly [P in TimedPart]: (item: Item) => AuditEntries[P] } = {
  actions: ({ at, command, arguments: args, step, detail, reason, job, caller }) =>
    ({ at, command, arguments: args, step, detail, reason, job, by: caller }) as unknown as AuditEntries['actions'],
  sightings: ({ at, kind, what, on, by, from, isRefused }) =>
    ({ at, kind, what, on, by, from, isRefused }) as unknown as AuditEntries['sightings'],
  messages: (item) => {
    const { id, app, state, channel, country, lastTwo, cost, versionId, providerMessageId } = recordOf(item);
    const at = iso(Number(item[SENT_INDEX.at]));
    return { at, id, app, status: state, channel, country, lastTwo, cost, versionId, providerMessageId };
  },
  foreign: ({ [SENT_INDEX.at]: at, providerMessageId, country, from, cost }) =>
    ({ at: iso(Number(at)), providerMessageId, country, from, cost }) as unknown as AuditEntries['foreign'],
};

/** What the rotation remembers of its versions, and nothing else of its memory. */
const keysIn = async (table: Table): Promise<readonly KeyEntry[]> => {
  const { state } = (await table.getItem('rotation#sending')) ?? {};
  if (typeof state !== 'string') return [];
  const { keys = [] } = JSON.parse(state) as { readonly keys?: readonly KeyEntry[] };
  return keys.map(({ versionId, providerKeyId, state: stands, since, begunAt }) => ({
    versionId,
    providerKeyId,
    state: stands,
    since,
    ...(begunAt !== undefined && { begunAt }),
  }));
};
