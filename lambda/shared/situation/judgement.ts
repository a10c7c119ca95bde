import { type Verdict, verdictOf } from '../verdict.ts';
import type { ReconcileState } from '../reconcile-state.ts';
import type { Flow, Judgement } from './contract.ts';
import { valueOf } from './fact.ts';
import type { Facts } from './facts.ts';
import { adviceOn } from './advice.ts';

/** Alarms that ask the question: too much is sent, or paid. */
const ABOUT_VOLUME = /-(volume|spend)-/;

/** Of fewer messages a minute nobody would say that they are many. */
const MANY = 10;
/** A campaign that nobody has announced looks like that, too: it is a reason to look, not to page. */
const TIMES_USUAL = 3;

/** Whether more is sent than usual, so that somebody should look. */
export const isUnusual = ({ perMinute, usualPerMinute }: Flow): boolean =>
  perMinute >= MANY && perMinute > TIMES_USUAL * (usualPerMinute ?? 0);

/** Two minutes are looked at for what is sent now. */
const LOOKED_AT_MS = 120_000;

/** The first question when something is wrong; `null` where nothing asks it: no flood, and nothing foreign. */
export const judge = (facts: Facts): Judgement | null => {
  const { now, lagMs } = facts;
  const counts = valueOf(facts.counts);
  const raised = (valueOf(facts.alarms) ?? []).filter(({ name }) => ABOUT_VOLUME.test(`${name}-`));
  const reconciled = valueOf(facts.reconcile);
  const state = reconciled === 'not-compared' ? undefined : reconciled;
  const surplus = state?.surplus ?? null;
  const isFlood = raised.length > 0 || (counts !== undefined && isUnusual(counts.room));
  if (!isFlood && surplus === null) return null;
  const verdict = verdictOf({
    now,
    since: Math.min(...raised.map(({ since }) => since), surplus?.since ?? now, now - LOOKED_AT_MS),
    comparedUntil: state?.checkedUntil ?? null,
    provider: surplus === null ? 0 : Math.max(surplus.count, surplus.micros, 1),
    ours: 0,
    lagMs,
    othersAreExpected: isExpected(state, now),
  });
  return {
    verdict: verdict.verdict,
    because: reasonOf(verdict, facts, state),
    ...adviceOn(verdict, facts.policy, suspectOf(counts?.apps ?? {})),
  };
};

const isExpected = (state: ReconcileState | undefined, now: number): boolean =>
  state?.learning != null && now < state.learning.until;

/** The app whose messages are more than usual by most; `null` where none is. */
const suspectOf = (apps: Readonly<Record<string, Flow>>): string | null => {
  const excess = ({ perMinute, usualPerMinute }: Flow): number => perMinute - (usualPerMinute ?? 0);
  const [first] = Object.entries(apps)
    .filter(([, flow]) => excess(flow) > 0)
    .sort(([, a], [, b]) => excess(b) - excess(a));
  return first?.[0] ?? null;
};

const UNDECIDED = {
  'never-compared': 'the room was never compared with its provider, so nobody knows who sends',
  'within-lag': 'the provider does not show yet what was sent since: the next comparison decides',
  stale: 'the comparison with the provider is behind: nobody knows who sends',
  'use-elsewhere-is-known': 'others are expected to send with the account at the moment, so a surplus does not tell',
} as const;

const reasonOf = (verdict: Verdict, facts: Facts, state: ReconcileState | undefined): string => {
  if (verdict.verdict === 'leaked') {
    const { count, countries } = state?.surplus ?? { count: 0, countries: {} };
    const to = Object.entries(countries).map(([country, messages]) => `${messages} to ${country}`);
    return count === 0
      ? 'the provider has charged money for what the room did not send: the key is used elsewhere'
      : `the provider has ${count} messages that the room did not send (${to.join(', ')}): the key is used elsewhere`;
  }
  if (!('because' in verdict)) return 'the provider has what the room sent and no more: it comes through an app';
  if ('notKnown' in facts.reconcile) return `what the comparison came to is not known: ${facts.reconcile.notKnown}`;
  return valueOf(facts.reconcile) === 'not-compared'
    ? 'this room is never compared with its provider, as it shares the account or has no key'
    : UNDECIDED[verdict.because];
};
