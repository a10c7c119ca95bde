/** What CloudTrail records of a call, as far as the room asks. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export interface TrailRecord {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly sourceIPAddress?: string;
  readonly vpcEndpointId?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters?: Readonly<Record<string, unknown>> | null;
  readonly userIdentity?: {
    readonly type?: string;
    readonly arn?: string;
    readonly principalId?: string;
    readonly invokedBy?: string;
    readonly sessionContext?: { readonly sessionIssuer?: { readonly arn?: string } };
  };
}

/** What CloudWatch tells of an alarm. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export interface AlarmChange {
  readonly alarmName: string;
  readonly state: { readonly value: string; readonly timestamp: string };
}

/** What EventBridge hands over. */
export type WatchedEvent =
  | { readonly 'detail-type': 'AWS API Call via CloudTrail'; readonly detail: TrailRecord }
  | { readonly 'detail-type': 'CloudWatch Alarm State Change'; readonly id: string; readonly detail: AlarmChange };

/** The ARN of the role behind a session. */
export const roleOf = ({ userIdentity }: TrailRecord): string | undefined =>
  userIdentity?.sessionContext?.sessionIssuer?.arn;

/** Who called: an ARN, or what CloudTrail knows instead. */
export const callerOf = ({ userIdentity }: TrailRecord): string | undefined =>
  userIdentity?.arn ?? userIdentity?.invokedBy ?? userIdentity?.principalId;

const CLOUDFORMATION = 'cloudformation.amazonaws.com';

/** Whether CloudFormation made the call for somebody. */
export const isByCloudFormation = ({ userIdentity, sourceIPAddress }: TrailRecord): boolean =>
  userIdentity?.invokedBy === CLOUDFORMATION || sourceIPAddress === CLOUDFORMATION;
