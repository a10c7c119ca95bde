import { Duration } from 'aws-cdk-lib';
import { type AlarmRegistry, QUIET } from './alarm-registry.ts';
import type { RoomFunction } from './room-function.ts';
import { type RoomMetrics, total } from './room-metrics.ts';

/** Whether app keys stay where they belong, and are replaced in time. */
export const addAppKeyAlarms = (alarms: AlarmRegistry, metrics: RoomMetrics, appKeys: RoomFunction): void => {
  const day = Duration.days(1);
  alarms.add('AppKeyInBrowser', {
    severity: 'ticket',
    summary: 'a live app key came from a browser, where everybody can read it',
    metric: metrics.sum('browserWithKey', Duration.minutes(5)),
    above: 0,
    silence: QUIET,
  });
  alarms.add('AppKeyExpiring', {
    severity: 'ticket',
    summary: 'an app key ends within 14 days, or nobody could look',
    metric: total(
      {
        expiring: metrics.maximum('appKeysExpiring', day),
        errors: appKeys.function.metricErrors({ period: day }),
      },
      day,
    ),
    above: 0,
    silence: QUIET,
  });
};
