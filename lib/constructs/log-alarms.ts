import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmRegistry, LATE, QUIET } from './alarm-registry.ts';
import { total } from './room-metrics.ts';

/** Whatever has a log that is searched. */
export interface SearchedLog {
  /** Findings of what must not be in it. */
  metricForbiddenInLog(): cloudwatch.IMetric;
}

/** Whose logs they are, as people read it. */
const LOGS = {
  ForbiddenInLogs: 'a log of what sends and keeps the key',
  ForbiddenInDoorLogs: "a door's log",
  ForbiddenInWatchLogs: 'a log of what watches the room',
} as const;

/**
 * Whether what must not get out stays in: the second line behind the declared fields of the functions' logs.
 *
 * @param logs at most ten of a kind: CloudWatch adds up no more in one alarm.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
export const addLogAlarms = (
  alarms: AlarmRegistry,
  logs: Readonly<Record<keyof typeof LOGS, readonly SearchedLog[]>>,
): void => {
  for (const [id, where] of Object.entries(LOGS) as [keyof typeof LOGS, string][]) {
    const findings = logs[id].map((log, index) => [`log${index}`, log.metricForbiddenInLog()] as const);
    if (findings.length === 0) continue;
    alarms.add(id, {
      severity: 'ticket',
      summary: `something that looks like a key or a phone number was found in ${where}, and masked`,
      metric: total(Object.fromEntries(findings), Duration.minutes(1)),
      above: 0,
      ...LATE,
      silence: QUIET,
    });
  }
};
