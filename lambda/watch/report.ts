import { METRICS } from '../shared/contract.ts';
import { FLOWS } from '../shared/watch-state.ts';
import { type Findings, unusualFlows } from './findings.ts';
import type { WatchPorts } from './ports.ts';

const { names } = METRICS;

/** Says what a look found: figures for the alarms, and a line for each app and country that they are about. */
export const report = ({ metrics, log }: Pick<WatchPorts, 'metrics' | 'log'>, all: readonly Findings[]): void => {
  const newCountries = all.flatMap((each) => each.newCountries.map(({ country }) => ({ app: each.app, country })));
  const told = all.filter(({ knowsItsCountries }) => knowsItsCountries).flatMap((each) => each.newCountries);
  metrics.emit({
    [names.volumeExcess]: Math.max(0, ...all.flatMap(({ excess }) => FLOWS.map((flow) => excess[flow]))),
    [names.spendAtRisk]: all.filter(({ isRiskNew }) => isRiskNew).length,
    ...(told.length > 0 && { [names.newCountries]: told.length }),
  });
  for (const findings of all) {
    const { app, excess, risk } = findings;
    for (const flow of unusualFlows(findings)) {
      log.warn('more messages than usual', { app, reason: flow, count: Math.round(excess[flow]) });
    }
    if (risk) {
      const { limit, minutesLeft } = risk;
      log.warn('spend cap at risk', { app, reason: limit, ...(minutesLeft !== null && { seconds: minutesLeft * 60 }) });
    }
  }
  for (const { app, country } of newCountries) log.warn('country seen for the first time', { app, country });
};
