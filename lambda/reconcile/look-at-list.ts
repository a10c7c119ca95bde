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
/** How far back the ledger is asked about what the provider only shows now. */
const OLDEST_MS = 6 * CATCH_UP_MS;
/** Until a window is short enough for one answer: an hour becomes half a minute. */
const MOST_HALVINGS = 7;
/** Foreign messages whose ids are kept, to be recognised in the next list. */
const MOST_COUNTED = 2000;
/** Messages found by our own id and not by time, that are looked up one by one. */
const MOST_LOOKED_UP = 100;

/** After so long no further window is begun: the function has four minutes, and an answer may take two. */
const ENOUGH_MS = 60_000;

type ListCounting = Extract<Counting, { by: 'list' }>;
type Progress = Pick<ReconcileState, 'startedAt' | 'checkedUntil' | 'counted'>;

/** Compares the provider's list with the ledger, from where the last look ended until the provider's lag. */
export const lookAtList = async (ports: ReconcilePorts, counting: ListCounting, state: Progress): Promise<Look> => {
  const begun = ports.clock.monotonic();
  const until = ports.clock.now() - counting.lagMs;
  let look = await lookAtWindow(ports, counting, state, until, AGAIN_MS);
  // What one answer could not hold is compared in parts, while there is time.
  while (look.kind === 'compared' && look.next.checkedUntil < until && ports.clock.monotonic() - begun < ENOUGH_MS) {
    const further = await lookAtWindow(ports, counting, { ...state, ...look.next }, until, 0);
    // An answer that cannot be had, or a window too short to get on: the next look goes on from here.
    if (further.kind === 'failed' || further.next.checkedUntil <= look.next.checkedUntil) break;
    look = { ...further, foreign: [...look.foreign, ...further.foreign] };
  }
  return look;
};

const lookAtWindow = async (
  ports: ReconcilePorts,
  counting: ListCounting,
  state: Progress,
  latest: number,
  again: number,
): Promise<Look> => {
  const newFrom = Math.max(Math.min(state.checkedUntil, latest), latest - CATCH_UP_MS);
  const listed = await listWhatFits(ports, newFrom, latest, state.counted.length < MOST_COUNTED ? again : 0);
  if (!listed.ok) return { kind: 'failed', code: listed.code };

  const { messages, until } = listed;
  const judgedFrom = Math.max(listed.from, state.startedAt);
  const moments = messages.flatMap(({ acceptedAt }) => acceptedAt ?? []);
  const ours = await ports.sent.between(
    Math.max(Math.min(judgedFrom, ...moments), until - OLDEST_MS) - CLOCKS_DIFFER_MS,
    until + CLOCKS_DIFFER_MS,
  );
  const { channels } = counting;
  const { foreign, provider, missing } = compareList({ listed: messages, ours, judgedFrom, until, channels });
  const known = new Set(state.counted.map(({ id }) => id));
  const unknown = foreign.filter(({ providerMessageId }) => !known.has(providerMessageId));
  const fresh = (await withoutOurs(ports, unknown)).map((message) => foreignOf(message, until));
  const counted = [...state.counted, ...fresh.map(({ id, at }) => ({ id, at }))];
  return {
    kind: 'compared',
    foreign: fresh,
    next: {
      checkedUntil: Math.max(until, state.checkedUntil),
      last: { provider, ours: provider - foreign.length, missing },
      counted: counted.filter(({ at }) => at >= until - AGAIN_MS - CLOCKS_DIFFER_MS).slice(-MOST_COUNTED),
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

const foreignOf = (message: ListedMessage, otherwise: number): Foreign & { readonly id: string } => ({
  id: message.providerMessageId,
  at: message.acceptedAt ?? otherwise,
  country: message.country,
  from: message.from,
  micros: message.price?.micros ?? 0,
  currency: message.price?.currency ?? null,
});
