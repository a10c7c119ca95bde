import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { announcedPerMinute } from '../../lambda/shared/campaigns.ts';
import { DEFAULTS } from '../../lib/config/defaults.ts';
import { AlarmRegistry } from '../../lib/constructs/alarm-registry.ts';
import { RoomMetrics } from '../../lib/constructs/room-metrics.ts';
import { addVolumeAlarms } from '../../lib/constructs/volume-alarms.ts';
import { chanceOf } from './random.ts';
import { APP, JUDGED, type Trace } from './traces.ts';

/** The rules that are compared; `all` is what a room has. */
export const RULES = ['ceiling', 'jump', 'unusual'] as const;
export type Rule = (typeof RULES)[number];

/** What the alarms' definitions say, as they are in a room's template with the default configuration. */
export type Thresholds = Readonly<Record<Rule, number>>;

/** @throws Error when an alarm is not as this evaluation takes it to be */
export const thresholdsOfTemplate = (): Thresholds => {
  const stack = new Stack(new App(), 'Bench');
  const topic = new Topic(stack, 'Topic');
  const alarms = new AlarmRegistry(stack, 'Alarms', { namePrefix: 'bench', pages: topic, tickets: topic });
  addVolumeAlarms(alarms, new RoomMetrics('bench'), DEFAULTS);
  const found = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  const threshold = (name: string): number => {
    const all = Object.values(found).map(({ Properties }) => Properties as Readonly<Record<string, unknown>>);
    const { Threshold, EvaluationPeriods, ComparisonOperator } =
      all.find(({ AlarmName }) => AlarmName === `bench-${name}`) ?? {};
    if (typeof Threshold !== 'number' || EvaluationPeriods !== 1 || ComparisonOperator !== 'GreaterThanThreshold') {
      throw new Error(`the alarm ${name} is not one value above a threshold`);
    }
    return Threshold;
  };
  return {
    ceiling: threshold('volume-ceiling'),
    jump: threshold('volume-jump'),
    unusual: threshold('volume-unusual'),
  };
};

/** Whether each rule is above its threshold, minute by minute of the judged day. */
export const pagesOf = (
  trace: Trace,
  excesses: readonly number[],
  thresholds: Thresholds,
): Readonly<Record<Rule, readonly boolean[]>> => {
  const beyond = trace.day.map(({ home, abroad }, i) =>
    Math.max(0, home + abroad - announcedPerMinute(trace.campaigns, APP, JUDGED + i * 60_000)),
  );
  return {
    ceiling: beyond.map((count, i) => busiestSlot(count, trace.seed * 1440 + i) > thresholds.ceiling),
    jump: beyond.map((count, i) => count - (beyond[i - 1] ?? count) > thresholds.jump),
    unusual: excesses.map((excess) => excess > thresholds.unusual),
  };
};

/** The busiest ten seconds of a minute whose messages come independently of each other. */
const busiestSlot = (count: number, seed: number): number => {
  const chance = chanceOf(seed);
  const slots = Array.from({ length: 6 }, () => 0);
  for (let i = 0; i < count; i++) {
    const slot = Math.floor(chance.next() * 6);
    slots[slot] = (slots[slot] ?? 0) + 1;
  }
  return Math.max(...slots);
};
