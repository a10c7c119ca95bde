import type { Counting } from '../providers/capabilities.ts';
import type { TimeWindow } from '../shared/provider-records.ts';
import type { Foreign, ReconcileState } from '../shared/reconcile-state.ts';
import type { ListedMessage, ListingAnswer } from '../shared/records-command.ts';
import { CLOCKS_DIFFER_MS, compareList } from './compare-list.ts';
import type { Look, ReconcilePorts } from './ports.ts';

/** What was listed already is listed again for so long: a message may show up later than assumed. */
const AGAIN_MS = 3_600_000;
/** Nothing older is caught up with after an outage: the ledger keeps a message for 7 days, Infobip's log for 2. */
const CATCH_UP_MS = 24 * 3_600_000;
/** Until a window is short enough for one answer: an hour becomes half a minute. */
const MOST_HALVINGS = 7;
/** Foreign messages whose ids are kept, to be recognised in the next list. */
const MOST_COUNTED = 2000;
/** Messages found by our own id and not by time, that are looked up one by one. */
const MOST_LOOKED_UP = 100;

/** Compares the provider's list with the ledger, from where the last look ended until the provider's lag. */
export const lookAtList = async (
  ports: ReconcilePorts,
  counting: Extract<Counting, { by: 'list' }>,
  state: Pick<ReconcileState, 'startedAt' | 'checkedUntil' | 'counted'>,
): Promise<Look> => {
  const now = ports.clock.now();
  const until = now - counting.lagMs;
  if (until <= state.startedAt) return { kind: 'compared', foreign: [], next: unchanged(state) };
  const newFrom = Math.max(Math.min(state.checkedUntil, until), now - CATCH_UP_MS);
  const again = state.counted.length < MOST_COUNTED ? AGAIN_MS : 0;
  const listed = await listWhatFits(ports, newFrom, until, again);
  if (!listed.ok) return { kind: 'failed', code: listed.code };

  const judgedFrom = Math.max(listed.from, state.startedAt);
  const { messages } = listed;
  const moments = messages.flatMap(({ acceptedAt }) => acceptedAt ?? []);
  const ours = await ports.sent.between(
    Math.max(Math.min(judgedFrom, ...moments), now - 6 * CATCH_UP_MS) - CLOCKS_DIFFER_MS,
    listed.until + CLOCKS_DIFFER_MS,
  );
  const { foreign, provider, missing } = compareList({
    listed: messages,
    ours,
    judgedFrom,
    until: listed.until,
    channels: counting.channels,
  });
  const known = new Set(state.counted.map(({ id }) => id));
  const fresh = await withoutOurs(
    ports,
    foreign.filter(({ providerMessageId }) => !known.has(providerMessageId)),
  );
  const counted = [
    ...state.counted,
    ...fresh.map((message) => ({ id: message.providerMessageId, at: atOf(message, until) })),
  ];
  return {
    kind: 'compared',
    foreign: fresh.map((message) => foreignOf(message, until)),
    next: {
      checkedUntil: listed.until,
      last: { provider, ours: provider - foreign.length, missing },
      counted: counted.filter(({ at }) => at >= listed.until - AGAIN_MS - CLOCKS_DIFFER_MS).slice(-MOST_COUNTED),
      balance: null,
    },
  };
};

type Listed = { readonly ok: true; readonly messages: readonly ListedMessage[] } & TimeWindow;

/**
 * The list of as much as one answer holds: first without what was listed before, then of shorter and shorter windows.
 *
 * A little before what is judged is listed too, because it may explain what lost messages became.
 */
const listWhatFits = async (
  { listing }: ReconcilePorts,
  newFrom: number,
  latest: number,
  again: number,
): Promise<Listed | Extract<ListingAnswer, { ok: false }>> => {
  let from = newFrom - again;
  let until = latest;
  for (let halvings = 0; ; halvings++) {
    const answer = await listing({ from: from - CLOCKS_DIFFER_MS, until });
    if (answer.ok) return { ok: true, messages: answer.messages, from, until };
    if (answer.code !== 'too-many' || halvings === MOST_HALVINGS) return answer;
    if (from < newFrom) from = newFrom;
    else until = from + Math.floor((until - from) / 2);
  }
};

/** What came under an id of ours although its attempt was at another time: the record itself decides. */
const withoutOurs = async (
  { ledger }: ReconcilePorts,
  foreign: readonly ListedMessage[],
): Promise<readonly ListedMessage[]> => {
  const asked = new Set(foreign.filter(({ ourId }) => ourId !== null).slice(0, MOST_LOOKED_UP));
  const found = await Promise.all(
    foreign.map(async (message) => {
      const record = asked.has(message) ? await ledger.find(message.ourId ?? '') : undefined;
      return record?.providerMessageId === message.providerMessageId ? [] : [message];
    }),
  );
  return found.flat();
};

const atOf = ({ acceptedAt }: ListedMessage, otherwise: number): number => acceptedAt ?? otherwise;

const foreignOf = (message: ListedMessage, otherwise: number): Foreign => ({
  id: message.providerMessageId,
  at: atOf(message, otherwise),
  country: message.country,
  from: message.from,
  micros: message.price?.micros ?? 0,
  currency: message.price?.currency ?? null,
});

const unchanged = ({ checkedUntil, counted }: Pick<ReconcileState, 'checkedUntil' | 'counted'>) => ({
  checkedUntil,
  counted,
  last: null,
  balance: null,
});
