import { METRICS } from '../shared/contract.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Told } from './ports.ts';

const { delivered, undelivered } = METRICS.names;

/** Counts what arrived and what did not, by app and channel. @param told each change once */
export const countOutcomes = (metrics: Metrics, told: readonly Told[]): void => {
  const outcomes = told.flatMap((each) =>
    'status' in each && (each.status === 'delivered' || each.status === 'undelivered') ? [each] : [],
  );
  for (const { app, channel } of outcomes.filter((one, i) => i === outcomes.findIndex((each) => isAlike(one, each)))) {
    const those = outcomes.filter((each) => isAlike(each, { app, channel }));
    const arrived = those.filter(({ status }) => status === 'delivered').length;
    metrics.emit({ [delivered]: arrived, [undelivered]: those.length - arrived }, { app, channel });
  }
};

interface Flow {
  readonly app: string;
  readonly channel: string;
}

const isAlike = (one: Flow, other: Flow): boolean => one.app === other.app && one.channel === other.channel;
