import { iso } from '../clock.ts';
import type { ReconcileState } from '../reconcile-state.ts';
import type { ComparisonFigures, Fact, KeyFigures, Situation } from './contract.ts';
import { derived, valueOf } from './fact.ts';
import type { Facts } from './facts.ts';
import { findingsOf } from './findings.ts';
import { judge } from './judgement.ts';
import { leftToLose } from './left-to-lose.ts';
import { spendOf } from './spend.ts';
import { standingOf } from './standing.ts';

/** The sources, as people call them. */
const SOURCES = {
  room: 'whether the room is frozen',
  apps: 'what the apps have used',
  counts: 'what is sent',
  alarms: 'which alarms are raised',
  reconcile: 'what the provider has',
  credentials: 'which key sends',
  waiting: 'what waits',
  pager: 'whether a page reaches somebody',
  drill: 'the last drill',
} as const satisfies Partial<Record<keyof Facts, string>>;

/** Makes a room's situation of what could be found out; what could not is said and stops nothing else. */
export const situationOf = (facts: Facts): Situation => {
  const { policy, now, room, apps, waiting, pager, drill } = facts;
  const standing = 'notKnown' in room ? room : derived(apps, (items) => standingOf(room.known, items));
  const flows = valueOf(facts.counts)?.apps;
  const perMinute = flows && Object.fromEntries(Object.entries(flows).map(([app, flow]) => [app, flow.perMinute]));
  const spend = derived(apps, (items) => spendOf(policy, items, perMinute, now));
  const findings = findingsOf(facts, standing, spend);
  const judgement = judge(facts);
  return {
    environment: policy.environment,
    room: policy.room,
    provider: policy.provider,
    at: iso(now),
    isWell: judgement?.verdict !== 'leaked' && findings.every(({ severity }) => severity === 'note'),
    notKnown: unknownIn(facts),
    findings,
    judgement,
    standing,
    counts: facts.counts,
    spend,
    leftToLose: derived(spend, ({ caps }) => leftToLose(policy, caps)),
    comparison: derived(facts.reconcile, (state) => (state === 'not-compared' ? null : comparisonOf(state, now))),
    key: keyOf(facts),
    ...{ waiting, pager, drill },
    egressAddresses: facts.egressAddresses,
  };
};

const unknownIn = (facts: Facts): readonly string[] =>
  Object.entries(SOURCES).flatMap(([source, name]) => {
    const fact = facts[source as keyof typeof SOURCES];
    return 'notKnown' in fact ? [`${name}: ${fact.notKnown}`] : [];
  });

const comparisonOf = (state: ReconcileState | undefined, now: number): ComparisonFigures => {
  const until = state?.learning?.until ?? 0;
  return {
    comparedUntil: state === undefined ? null : iso(state.checkedUntil),
    surplus: state?.surplus ?? null,
    othersExpectedUntil: until > now ? iso(until) : null,
  };
};

const keyOf = ({ credentials, now }: Facts): Fact<KeyFigures> =>
  derived(credentials, (kept) => {
    if (kept === null) return null;
    const { current, draining } = kept.sending;
    return {
      versionId: current?.versionId ?? null,
      ageHours: current === null ? null : Math.max(0, (now - current.createdAt) / 3_600_000),
      draining,
      hasStandby: kept.hasStandby,
    };
  });
