import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmRegistry, QUIET } from './alarm-registry.ts';
import type { RoomFunction } from './room-function.ts';
import { type RoomMetrics, total } from './room-metrics.ts';

/** Whose failures count, and how old a key may get. */
export interface KeyAlarmsProps {
  /** The function that rotates, and that replaces a key which is refused. */
  readonly rotateKey: RoomFunction;
  /** Time between two rotations. */
  readonly rotateEvery: Duration;
  /** Time after which a person is asked to replace the managing credential. */
  readonly swapEvery: Duration;
}

/** Whether the key works, is replaced in time, and is the only one. */
export const addKeyAlarms = (alarms: AlarmRegistry, metrics: RoomMetrics, props: KeyAlarmsProps): void => {
  const fiveMinutes = Duration.minutes(5);
  const oldestHours = props.rotateEvery.toHours() * 1.5;
  alarms.add('KeyRefused', {
    severity: 'page',
    summary: 'the provider refuses the key, also after it was read again',
    metric: metrics.sum('keyRefused', Duration.seconds(10)),
    above: 0,
    // Seen within 10 seconds, over after a minute without: one page for messages that trickle in.
    evaluationPeriods: 6,
    datapointsToAlarm: 1,
    // The room tries to replace the key, and the page says that it has to.
    invokes: props.rotateKey.function,
    silence: QUIET,
  });
  alarms.add('RotationFailed', {
    severity: 'ticket',
    summary: 'a rotation step, an import or a sweep failed',
    metric: total(
      {
        failed: metrics.sum('rotationFailed', fiveMinutes),
        errors: props.rotateKey.function.metricErrors({ period: fiveMinutes }),
      },
      fiveMinutes,
    ),
    above: 0,
    // Longer than from one sweep to the next: what fails every hour is one ticket, not one every hour.
    evaluationPeriods: 13,
    datapointsToAlarm: 1,
    silence: QUIET,
  });
  alarms.add('KeyTooOld', {
    severity: 'ticket',
    summary: `the key is older than ${oldestHours} hours, or nothing has reported its age for three hours`,
    metric: metrics.maximum('keyAgeHours', Duration.hours(1)),
    above: oldestHours,
    evaluationPeriods: 3,
    silence: {
      means: TreatMissingData.BREACHING,
      because: 'a sweep that stopped, or a room that never got a key, is what rotations that fail unseen look like',
    },
  });
  alarms.add('CredentialTooOld', {
    severity: 'ticket',
    summary: `the managing credential has been in use for more than ${props.swapEvery.toDays()} days`,
    metric: metrics.maximum('managingKeyAgeHours', Duration.hours(1)),
    above: props.swapEvery.toHours(),
    silence: { means: TreatMissingData.NOT_BREACHING, because: 'a sweep that stopped is told by the age of the key' },
  });
  alarms.add('OldCredentialAlive', {
    severity: 'ticket',
    summary: 'a managing credential that was replaced is not proved dead; this comes again every day until it is',
    metric: metrics.sum('oldCredentialAlive', Duration.hours(1)),
    above: 0,
    silence: QUIET,
  });
  alarms.add('StandbyRefused', {
    severity: 'ticket',
    summary: 'the provider refuses the credential that waits as the standby',
    metric: metrics.sum('standbyRefused', Duration.hours(1)),
    above: 0,
    silence: QUIET,
  });
  alarms.add('OrphanKey', {
    severity: 'ticket',
    summary: "the provider had a live key of the room's name that no version explains; it was disabled",
    metric: metrics.maximum('orphanKeys', Duration.hours(1)),
    above: 0,
    silence: QUIET,
  });
  // A page, not a ticket: whoever made it holds the managing credential, and such a key sends past every limit.
  alarms.add('UnknownKey', {
    severity: 'page',
    summary: 'a live key appeared at the provider that no room made and nobody has accepted',
    metric: metrics.maximum('unknownKeys', Duration.hours(1)),
    above: 0,
    // Sweeps are an hour apart: one may fall just outside a period.
    evaluationPeriods: 2,
    datapointsToAlarm: 1,
    silence: QUIET,
  });
  alarms.add('AddressesDiffer', {
    severity: 'ticket',
    summary: 'for four of five hours the provider has allowed other addresses for a key than those of the room',
    metric: metrics.maximum('addressesDiffer', Duration.hours(1)),
    above: 0,
    // Longer than a change takes that goes well: what is too much is taken off by the second sweep.
    evaluationPeriods: 5,
    datapointsToAlarm: 4,
    silence: QUIET,
  });
};
