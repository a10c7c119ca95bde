import type { Advice, Fact, Finding, Judgement, Situation } from '../lambda/shared/situation/contract.ts';
import { moneyText } from '../lib/config/money.ts';
import { clockTime, dayAndTime } from './moments.ts';
import { age, usually } from './room-status.ts';

/** How words are made to stand out; each is left as it is where nothing can. */
export interface Emphasis {
  readonly alarm: (text: string) => string;
  readonly strong: (text: string) => string;
}

/**
 * Where a room stands, for a person at night: who sends and what to do first, then what is wrong, then every figure.
 *
 * @param atMost what the configuration lets be lost, as lines
 */
export const describeSituation = (situation: Situation, atMost: readonly string[], emphasis: Emphasis): string =>
  [
    ...(situation.judgement === null ? [] : judgementLines(situation.judgement, emphasis)),
    ...section(
      'wrong or worth knowing',
      situation.findings.map((finding) => findingLine(finding, emphasis)),
    ),
    ...section(
      'not known',
      situation.notKnown.map((line) => `- ${line}`),
    ),
    ...section('figures', figures(situation)),
    ...section('what can be lost', [...leftLines(situation), ...atMost]),
  ].join('\n');

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];

const judgementLines = (judgement: Judgement, { alarm, strong }: Emphasis): readonly string[] => [
  `${alarm(judgement.verdict.toUpperCase())}: ${judgement.because}`,
  ...judgement.do.flatMap((advice, i) => adviceLines(`${i + 1}.`, advice, strong)),
  ...judgement.doNot.map((sentence) => `  ${alarm('!')}  ${sentence}`),
];

const adviceLines = (
  bullet: string,
  { what, command, undo }: Advice,
  strong: Emphasis['strong'],
): readonly string[] => [
  `  ${bullet} ${what}`,
  `       ${strong(command)}`,
  ...(undo === null ? [] : [`     to undo it: ${undo}`]),
];

const findingLine = ({ severity, what, since, runbook }: Finding, { alarm }: Emphasis): string =>
  [
    severity === 'page' ? alarm('page') : severity,
    `: ${what}`,
    since === null ? '' : `, since ${dayAndTime(since)}`,
    runbook === null ? '' : `\n    ${runbook}`,
  ].join('');

/** A figure by its name; what is not known is said above. */
const figure = <T>(name: string, fact: Fact<T>, say: (value: T) => string): readonly string[] =>
  'known' in fact ? [`${`${name}:`.padEnd(18)}${say(fact.known)}`] : [];

const figures = ({ counts, spend, comparison, key, waiting, drill, egressAddresses }: Situation): readonly string[] => [
  ...figure('sent a minute', counts, ({ room }) => `${room.perMinute}, ${usually(room.usualPerMinute)}`),
  ...figure('of that', counts, ({ apps }) => flowsOf(apps)),
  ...figure('not sent', counts, (c) => `${c.refusedPerMinute} refused a minute, ${c.notSentPerMinute} failed`),
  ...figure('nearest cap', spend, ({ caps: [first] }) => (first === undefined ? 'none' : capText(first, spend))),
  ...figure('unknown', counts, (c) => `${c.unknownOutcomes} outcomes in 24 h, ${c.unknownForGood} for good`),
  ...figure('waiting', waiting, ({ queued, oldestSeconds }) =>
    oldestSeconds === null ? `${queued}` : `${queued}, the oldest for ${oldestSeconds} s`,
  ),
  ...figure('set aside', waiting, (w) => `${w.deadMessages} messages, ${w.deadEvents} events`),
  ...figure('key', key, keyText),
  ...figure('compared until', comparison, comparisonText),
  ...figure('last drill', drill, (last) => (last === null ? 'none yet' : drillText(last))),
  ...figure('sends from', { known: egressAddresses }, (addresses) => addresses.join(', ')),
];

type Known<F> = F extends { readonly known: infer T } ? T : never;

const flowsOf = (apps: Known<Situation['counts']>['apps']): string => {
  const flows = Object.entries(apps).filter(([, { perMinute }]) => perMinute > 0);
  return flows.length === 0
    ? 'nobody sends'
    : flows.map(([app, flow]) => `${app} ${flow.perMinute} (${usually(flow.usualPerMinute)})`).join(', ');
};

const capText = (
  { app, limit, unit, used, capacity, exhaustedInSeconds }: Known<Situation['spend']>['caps'][number],
  spend: Situation['spend'],
): string => {
  const currency = 'known' in spend ? (spend.known.today?.currency ?? null) : null;
  const amount = (units: number) => (unit === 'micro-units' ? moneyText(units, currency) : String(units));
  return `${app} ${limit}: ${amount(used)} of ${amount(capacity)}${endText(exhaustedInSeconds)}`;
};

const endText = (exhaustedInSeconds: number | null): string => {
  if (exhaustedInSeconds === null) return '';
  return exhaustedInSeconds === 0 ? ', used up' : `, gone in ${Math.ceil(exhaustedInSeconds / 60)} min at this rate`;
};

const keyText = (found: Known<Situation['key']>): string => {
  if (found === null) return 'a sandbox has none';
  const { versionId, ageHours, draining, hasStandby } = found;
  if (versionId === null) return 'none yet: import one';
  return [
    `${versionId}, ${age(ageHours ?? 0)} old`,
    ...(draining > 0 ? [`${draining} old not dead yet`] : []),
    hasStandby ? 'a standby waits' : 'no standby',
  ].join('; ');
};

const comparisonText = (found: Known<Situation['comparison']>): string => {
  if (found === null) return 'never: nobody compares this room with its provider';
  const { comparedUntil, othersExpectedUntil } = found;
  const others = othersExpectedUntil === null ? '' : `; others are expected until ${dayAndTime(othersExpectedUntil)}`;
  return `${comparedUntil === null ? 'not yet' : clockTime(comparedUntil)}${others}`;
};

const drillText = ({ at, ok, seconds }: NonNullable<Known<Situation['drill']>>): string => {
  const when = dayAndTime(new Date(at).toISOString());
  return ok ? `${when}, a page after ${seconds ?? '?'} s` : `${when}, FAILED`;
};

const leftLines = ({ leftToLose }: Situation): readonly string[] =>
  'known' in leftToLose && leftToLose.known !== null
    ? [`through the door, today: at most ${moneyText(leftToLose.known.micros, leftToLose.known.currency)} more`]
    : [];
