import { iso } from '../clock.ts';
import { type Verdict, verdictOf } from '../verdict.ts';
import type { ReconcileState } from '../reconcile-state.ts';
import type { Judgement } from './contract.ts';
import { valueOf } from './fact.ts';
import type { Facts, RaisedAlarm } from './facts.ts';
import { isUnusual, suspectOf } from './flow.ts';
import { alarmPrefix } from './reader-contract.ts';
import { adviceOn, adviceOnSettling } from './advice.ts';
import { surplusNow } from './surplus.ts';

/** Alarms that ask the question, as they are named within their room: too much is sent. */
const ABOUT_VOLUME = /^volume-/;
/** Too much is paid: that is asked only while somebody sends more than usual. A cap that is used up is no flood. */
const ABOUT_MONEY = /^spend-/;

/** Two minutes are looked at for what is sent now. */
const LOOKED_AT_MS = 120_000;

/** The first question when something is wrong; `null` where nothing asks it: no flood, and nothing foreign. */
export const judge = (facts: Facts): Judgement | null => {
  const { now, lagMs } = facts;
  const counts = valueOf(facts.counts);
  const volume = raisedOf(facts, ABOUT_VOLUME);
  const reconciled = valueOf(facts.reconcile);
  const state = reconciled === 'not-compared' ? undefined : reconciled;
  const surplus = surplusNow(facts);
  if (surplus?.state === 'settling') return settling(surplus.settledAt, facts.policy);
  const open = surplus?.state === 'open' ? surplus : null;
  const isFlood = volume.length > 0 || isMoreThanUsual(facts);
  if (!isFlood && open === null) return null;
  const verdict = verdictOf({
    now,
    // Not the first one: what began after the last comparison is compared by the next.
    since: volume.length === 0 ? now - LOOKED_AT_MS : Math.max(...volume.map(({ since }) => since)),
    comparedUntil: state?.checkedUntil ?? null,
    provider: open === null ? 0 : Math.max(open.count, open.micros, 1),
    ours: 0,
    lagMs,
    othersAreExpected: isExpected(state, now),
  });
  return {
    verdict: verdict.verdict,
    because: reasonOf(verdict, facts, state),
    ...adviceOn(verdict, facts.policy, counts === undefined ? null : suspectOf(counts.apps)),
  };
};

/** The key was replaced just now: a second revocation would kill the good one. */
const settling = (settledAt: number, place: Facts['policy']): Judgement => ({
  verdict: 'undecided',
  because: `the key was replaced, and what was sent with the old key before it died may be found until ${iso(settledAt)}`,
  ...adviceOnSettling(place),
});

const isExpected = (state: ReconcileState | undefined, now: number): boolean =>
  state?.learning != null && now < state.learning.until;

const raisedOf = ({ alarms, policy: { environment, room } }: Facts, about: RegExp): readonly RaisedAlarm[] => {
  const prefix = alarmPrefix(environment, room);
  return (valueOf(alarms) ?? []).filter(({ name }) => name.startsWith(prefix) && about.test(name.slice(prefix.length)));
};

const isMoreThanUsual = (facts: Facts): boolean => {
  const counts = valueOf(facts.counts);
  if (counts === undefined) return false;
  return (
    isUnusual(counts.room) || (raisedOf(facts, ABOUT_MONEY).length > 0 && Object.values(counts.apps).some(isUnusual))
  );
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
