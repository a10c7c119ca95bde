import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmRegistry, QUIET } from './alarm-registry.ts';
import type { RoomMetrics } from './room-metrics.ts';

/** Six probes that were not seen to come back: CloudTrail usually needs minutes, and promises nothing. */
const SILENT_SECONDS = 6 * 3600;

/** One page for what comes in pieces: whoever tries a secret tries again. */
const ONCE = { evaluationPeriods: 15, datapointsToAlarm: 1 } as const;

/** Who touches the secrets, who changes the room, and whether anybody would notice. */
export const addTripwireAlarms = (alarms: AlarmRegistry, metrics: RoomMetrics): void => {
  alarms.add('SecretTouched', {
    severity: 'page',
    summary: 'somebody else than the room reads or writes a secret of it, or was refused',
    metric: metrics.sum('secretTouched'),
    above: 0,
    ...ONCE,
    silence: QUIET,
  });
  alarms.add('DecoyTouched', {
    severity: 'page',
    summary: 'somebody reads the decoy, which nobody has a reason to: they are looking for keys',
    metric: metrics.sum('decoyTouched'),
    above: 0,
    ...ONCE,
    silence: QUIET,
  });
  alarms.add('RoomChanged', {
    severity: 'ticket',
    summary: 'a policy, a role, code, a rule or an alarm of the room was changed outside a deployment',
    metric: metrics.sum('roomChanged', Duration.minutes(5)),
    above: 0,
    silence: QUIET,
  });
  alarms.add('WitnessSilent', {
    severity: 'ticket',
    summary: `for more than ${SILENT_SECONDS / 3600} hours no touch of the decoy was seen: nobody would see a thief's`,
    metric: metrics.maximum('witnessSilentSeconds', Duration.hours(1)),
    above: SILENT_SECONDS,
    evaluationPeriods: 2,
    silence: {
      means: TreatMissingData.BREACHING,
      because: 'every hour a probe says it, so without one nobody watches',
    },
  });
};
