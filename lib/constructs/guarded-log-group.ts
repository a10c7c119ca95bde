import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** How a log is encrypted, named and kept. */
export interface GuardedLogGroupProps {
  /** Encrypts what is stored. */
  readonly encryptionKey: kms.IKey;
  /** @default - named by CloudFormation */
  readonly logGroupName?: string;
  /** What becomes of data and logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * What must never be in a log, as far as its form gives it away. The second line: the first is that nothing of the kind
 * is written, and an alarm on findings says when that failed.
 *
 * The service's expressions know no groups and no alternatives; at most 200 characters each.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-custom-data-identifiers.html
 */
const FORBIDDEN = [
  new logs.CustomDataIdentifier('PhoneNumberE164', String.raw`\+[1-9][0-9]{6,14}`),
  new logs.CustomDataIdentifier(
    'InfobipApiKey',
    '[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  ),
  new logs.CustomDataIdentifier('KeyroomAppKey', 'keyroom_[a-z]{4}_[0-9A-Za-z]{49}'),
  new logs.CustomDataIdentifier('JsonWebToken', String.raw`eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`),
  new logs.CustomDataIdentifier('BasicCredential', 'Basic [A-Za-z0-9+/=]{16,}'),
  logs.DataIdentifier.AWSSECRETKEY,
  logs.DataIdentifier.OPENSSHPRIVATEKEY,
];

/** A log group that is encrypted, forgets after 90 days, and masks and counts what must not be in it. */
export class GuardedLogGroup extends logs.LogGroup {
  constructor(scope: Construct, id: string, props: GuardedLogGroupProps) {
    super(scope, id, {
      encryptionKey: props.encryptionKey,
      logGroupName: props.logGroupName,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy,
      dataProtectionPolicy: new logs.DataProtectionPolicy({
        name: 'keyroom',
        description: 'Keys and phone numbers do not belong in logs',
        identifiers: FORBIDDEN,
      }),
    });
  }

  /** Log events in which something forbidden was found, per minute. */
  metricForbiddenInLog(): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/Logs',
      metricName: 'LogEventsWithFindings',
      dimensionsMap: { LogGroupName: this.logGroupName, DataProtectionOperation: 'Audit' },
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(1),
    });
  }
}
