import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { announcedPerMinute } from '../../lambda/shared/campaigns.ts';
import { DEFAULTS } from '../../lib/config/defaults.ts';
import { AlarmRegistry } from '../../lib/constructs/alarm-registry.ts';
import { RoomMetrics } from '../../lib/constructs/room-metrics.ts';
import { addVolumeAlarms } from '../../lib/constructs/volume-alarms.ts';
import { evaluate, type Evaluation } from './evaluation.ts';
import { chanceOf } from './random.ts';
import { APP, JUDGED, type Trace } from './traces.ts';

/** The rules that are compared; `all` is what a room has. */
export const RULES = ['ceiling', 'jump', 'unusual'] as const;
export type Rule = (typeof RULES)[number];

/** What the alarms' definitions say, as they are in a room's template with the default configuration. */
export type Thresholds = Readonly<Record<Rule, Evaluation>>;

/** @throws Error when an alarm is not as this evaluation takes it to be */
export const thresholdsOfTemplate = (): Thresholds => {
  const stack = new Stack(new App(), 'Bench');
  const topic = new Topic(stack, 'Topic');
  const alarms = new AlarmRegistry(stack, 'Alarms', { namePrefix: 'bench', pages: topic, tickets: topic });
  addVolumeAlarms(alarms, new RoomMetrics('bench'), DEFAULTS);
  const found = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  const threshold = (name: string): Evaluation => {
    const all = Object.values(found).map(({ Properties }) => Properties as Readonly<Record<string, unknown>>);
    const { Threshold, EvaluationPeriods, DatapointsToAlarm, ComparisonOperator } =
      all.find(({ AlarmName }) => AlarmName === `bench-${name}`) ?? {};
    if (
      typeof Threshold !== 'number' ||
      typeof EvaluationPeriods !== 'number' ||
      ComparisonOperator !== 'GreaterThanThreshold'
    ) {
      throw new Error(`the alarm ${name} is not about values above a threshold`);
    }
    const datapoints = typeof DatapointsToAlarm === 'number' ? DatapointsToAlarm : EvaluationPeriods;
    return { threshold: Threshold, periods: EvaluationPeriods, datapoints };
  };
  return {
    ceiling: threshold('volume-ceiling'),
    jump: threshold('volume-jump'),
    unusual: threshold('volume-unusual'),
  };
};

/** So late do metrics come that functions write into their logs; AWS names no bound. In slots of ten seconds. */
const LATE_SLOTS = 2;

/** Whether each rule pages, minute by minute of the judged day. */
export const pagesOf = (
  trace: Trace,
  excesses: readonly number[],
  thresholds: Thresholds,
): Readonly<Record<Rule, readonly boolean[]>> => {
  const beyond = trace.day.map(({ home, abroad }, i) =>
    Math.max(0, home + abroad - announcedPerMinute(trace.campaigns, APP, JUDGED + i * 60_000)),
  );
  const slots = beyond.flatMap((count, i) => slotsOf(count, trace.seed * 1440 + i));
  const bySlot = evaluate(slots, LATE_SLOTS, thresholds.ceiling);
  const jumps = beyond.map((count, i) => count - (beyond[i - 1] ?? count));
  return {
    ceiling: beyond.map((_, i) => bySlot.slice(6 * i, 6 * i + 6).includes(true)),
    // What is late by less than a minute is there a minute later.
    jump: evaluate(jumps, 1, thresholds.jump),
    unusual: evaluate(excesses, 0, thresholds.unusual),
  };
};

/** The ten seconds of a minute whose messages come independently of each other. */
const slotsOf = (count: number, seed: number): readonly number[] => {
  const chance = chanceOf(seed);
  const slots = Array.from({ length: 6 }, () => 0);
  for (let i = 0; i < count; i++) {
    const slot = Math.floor(chance.next() * 6);
    slots[slot] = (slots[slot] ?? 0) + 1;
  }
  return slots;
};
