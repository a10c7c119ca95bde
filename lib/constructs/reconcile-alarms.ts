import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PROVIDERS } from '../../lambda/providers/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import type { AlarmRegistry } from './alarm-registry.ts';
import type { RoomMetrics } from './room-metrics.ts';

/** Between two looks. */
const LOOKS = Duration.minutes(5);
/** Six looks behind what the provider's lag explains. */
const STALE_SECONDS = 1800;

/** Whether the provider has more than the room sent, whether it charges more than is counted, and whether anybody looks. */
export const addReconcileAlarms = (
  alarms: AlarmRegistry,
  metrics: RoomMetrics,
  { provider, prices }: Pick<RoomPolicy, 'provider' | 'prices'>,
): void => {
  alarms.add('Surplus', {
    severity: 'page',
    summary: 'the provider has messages, or charged money, that the room did not send: the key is used elsewhere',
    metric: metrics.maximum('surplus', LOOKS),
    above: 0,
    // What was found stays in the metric for an hour: one page for a leak, however its messages trickle in. Two
    // periods, as two looks may fall just outside one.
    evaluationPeriods: 2,
    datapointsToAlarm: 1,
    silence: {
      means: TreatMissingData.NOT_BREACHING,
      because: 'every look says it, also that there is none; looks that stopped are told by their age',
    },
  });
  alarms.add('ReconcileStale', {
    severity: 'ticket',
    summary: `for more than ${STALE_SECONDS / 60} minutes nobody has compared the room with its provider`,
    metric: metrics.maximum('reconcileAgeSeconds', LOOKS),
    above: STALE_SECONDS,
    evaluationPeriods: 3,
    silence: {
      means: TreatMissingData.BREACHING,
      because: 'every look says how old the comparison is, so without one nobody knows',
    },
  });
  if (prices !== null && PROVIDERS[provider]?.pricedChannels !== undefined) addPriceAlarm(alarms, metrics);
};

/** Whether a limit in money counts less than the provider charges. */
const addPriceAlarm = (alarms: AlarmRegistry, metrics: RoomMetrics): void => {
  alarms.add('PriceAboveCeiling', {
    severity: 'ticket',
    summary: 'the provider charges more for a country than the ceiling that limits in money count by',
    metric: metrics.maximum('pricesAboveCeiling', LOOKS),
    above: 0,
    evaluationPeriods: 2,
    datapointsToAlarm: 1,
    silence: {
      means: TreatMissingData.NOT_BREACHING,
      because: 'every look says it once prices were read, and looks that stopped are told by their age',
    },
  });
};
