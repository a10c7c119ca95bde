import { iso } from '../clock.ts';
import type { Cost } from '../money.ts';
import type { ReconcileState, Surplus } from '../reconcile-state.ts';
import { derived, type Fact, valueOf } from './fact.ts';
import type { Counts, Drill, Facts, Pager, Waiting } from './facts.ts';
import { type Finding, findingsOf } from './findings.ts';
import { judge, type Judgement } from './judgement.ts';
import { leftToLose } from './left-to-lose.ts';
import { type Spend, spendOf } from './spend.ts';
import { type Standing, standingOf } from './standing.ts';

/** What the last comparison with the provider came to. `null`: this room is never compared. */
export type ComparisonFigures = {
  /** ISO 8601: everything that the provider took before is compared; `null` before the first comparison. */
  readonly comparedUntil: string | null;
  readonly surplus: Surplus | null;
  /** ISO 8601: until when others are expected to send with the key; `null` for nobody. */
  readonly othersExpectedUntil: string | null;
} | null;

/** The key that sends. `null`: a sandbox room has none. */
export type KeyFigures = {
  /** `null`: the room has none yet. */
  readonly versionId: string | null;
  readonly ageHours: number | null;
  /** Old keys that still live. */
  readonly draining: number;
  readonly hasStandby: boolean;
} | null;

/** Where a room stands, for whoever is on call: what pages, `keyroom status` and programs read. Moments are ISO 8601. */
export interface Situation {
  readonly environment: string;
  readonly room: string;
  readonly provider: string;
  readonly at: string;
  /** Whether nothing that is known is wrong. */
  readonly isWell: boolean;
  /** What could not be found out, each with its reason; empty where everything could. */
  readonly notKnown: readonly string[];
  /** Everything that is wrong or worth knowing, the most urgent first. */
  readonly findings: readonly Finding[];
  /** `null` where nothing asks who sends. */
  readonly judgement: Judgement | null;
  readonly standing: Fact<Standing>;
  readonly counts: Fact<Counts>;
  readonly spend: Fact<Spend>;
  /** What can still be sent through the door today, in money at most; `null` without prices. */
  readonly leftToLose: Fact<Cost | null>;
  readonly comparison: Fact<ComparisonFigures>;
  readonly key: Fact<KeyFigures>;
  readonly waiting: Fact<Waiting>;
  readonly pager: Fact<Pager>;
  readonly drill: Fact<Drill | null>;
  readonly egressAddresses: readonly string[];
}

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
