import type { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { VALUE_CALLS } from '../../lambda/witness/contract.ts';
import { RoomFunction } from './room-function.ts';
import { SecretKey } from './secret-key.ts';

/** What one rule of the witness looks for. */
export interface WatchedPattern {
  /** What the rule is called in the template. */
  readonly id: string;
  /** An event pattern; may hold references. */
  readonly pattern: Readonly<Record<string, unknown>>;
  /** Whether calls that only read are looked for. */
  readonly isOfReads?: boolean;
}

/** An event pattern has at most 2048 characters. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
// A policy's ARN has up to 165 of them.
const MOST_NAMES = 10;

const POLICY_CALLS = [
  'DeleteResourcePolicy',
  'DeleteSecret',
  'PutResourcePolicy',
  'RemoveRegionsFromReplication',
  'ReplicateSecretToRegions',
  'RestoreSecret',
  'StopReplicationToReplica',
  'UpdateSecret',
];
const KEY_CALLS = ['CreateGrant', 'DisableKey', 'PutKeyPolicy', 'ScheduleKeyDeletion'];
/** CloudTrail appends the version of the API to names of Lambda's calls: `UpdateFunctionCode20150331v2`. */
const FUNCTION_CALLS = [
  'AddPermission',
  'CreateFunctionUrlConfig',
  'DeleteFunction',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
  'UpdateFunctionUrlConfig',
];
const ROLE_CALLS = [
  'AttachRolePolicy',
  'DeleteRole',
  'DeleteRolePermissionsBoundary',
  'DeleteRolePolicy',
  'DetachRolePolicy',
  'PutRolePermissionsBoundary',
  'PutRolePolicy',
  'UpdateAssumeRolePolicy',
];
const RIGHTS_CALLS = ['CreatePolicyVersion', 'DeletePolicy', 'DeletePolicyVersion', 'SetDefaultPolicyVersion'];
const RULE_CALLS = ['DeleteRule', 'DisableRule', 'PutRule', 'PutTargets', 'RemoveTargets'];
const ALARM_CALLS = ['DeleteAlarms', 'DisableAlarmActions', 'PutMetricAlarm', 'SetAlarmState'];

/** How names of one room begin. */
export interface RoomPrefixes {
  readonly secrets: string;
  readonly alarms: string;
  /** Of the rules that look for all this. */
  readonly rules: string;
}

/**
 * Everything that is looked for around one room: names that exist by now, so nothing of the room may be made later.
 *
 * IAM's calls are recorded in us-east-1 alone: elsewhere their rules need them forwarded.
 * https://repost.aws/knowledge-center/eventbridge-rule-triggers-iam-single-region
 */
export const watchedPatterns = (stack: Stack, begins: RoomPrefixes): readonly WatchedPattern[] => {
  const ofSecrets = { wildcard: `*${begins.secrets}*` };
  return [
    {
      id: 'Secrets',
      isOfReads: true,
      pattern: calls('secretsmanager', [...VALUE_CALLS, ...POLICY_CALLS], {
        // A refused call may name the secret in its message alone.
        $or: [{ requestParameters: { secretId: [ofSecrets] } }, { errorMessage: [ofSecrets] }],
      }),
    },
    ...inParts('Keys', keysOf(stack), (keys) =>
      calls('kms', KEY_CALLS, { requestParameters: { keyId: endingIn(keys) } }),
    ),
    ...inParts('Functions', functionsOf(stack), (names) =>
      calls('lambda', FUNCTION_CALLS.map(beginningWith), { requestParameters: { functionName: endingIn(names) } }),
    ),
    ...inParts('Roles', rolesOf(stack), (names) =>
      calls('iam', ROLE_CALLS, { requestParameters: { roleName: names } }),
    ),
    ...inParts('Rights', rightsOf(stack), (arns) =>
      calls('iam', RIGHTS_CALLS, { requestParameters: { policyArn: arns } }),
    ),
    {
      id: 'Rules',
      pattern: calls('events', RULE_CALLS, {
        $or: ['name', 'rule'].map((name) => ({
          requestParameters: { [name]: [...schedulesOf(stack), beginningWith(begins.rules)] },
        })),
      }),
    },
    {
      id: 'AlarmChanges',
      pattern: calls('monitoring', ALARM_CALLS, {
        $or: ['alarmName', 'alarmNames'].map((name) => ({
          requestParameters: { [name]: [beginningWith(begins.alarms)] },
        })),
      }),
    },
    {
      id: 'AlarmStates',
      pattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { alarmName: [beginningWith(begins.alarms)] },
      },
    },
  ];
};

const calls = (service: string, eventName: readonly unknown[], detail: Readonly<Record<string, unknown>>) => ({
  source: [`aws.${service}`],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: { eventName, ...detail },
});

const beginningWith = (prefix: string) => ({ prefix });
/** A name or an ARN that ends in it. */
const endingIn = (names: readonly string[]) => names.map((suffix) => ({ suffix }));

const inParts = (
  id: string,
  names: readonly string[],
  pattern: (some: readonly string[]) => WatchedPattern['pattern'],
): WatchedPattern[] =>
  Array.from({ length: Math.ceil(names.length / MOST_NAMES) }, (_, part) => ({
    id: `${id}${part + 1}`,
    pattern: pattern(names.slice(part * MOST_NAMES, (part + 1) * MOST_NAMES)),
  }));

const all = <T extends IConstruct>(stack: Stack, isOne: (node: IConstruct) => node is T): T[] =>
  stack.node.findAll().filter(isOne);

const functionsOf = (stack: Stack) =>
  all(stack, (node) => node instanceof RoomFunction).map((one) => one.function.functionName);
const keysOf = (stack: Stack) => all(stack, (node) => node instanceof SecretKey).map((key) => key.keyId);
const rolesOf = (stack: Stack) => all(stack, (node) => node instanceof iam.Role).map((role) => role.roleName);
const rightsOf = (stack: Stack) =>
  all(stack, (node) => node instanceof iam.ManagedPolicy).map((policy) => policy.managedPolicyArn);
const schedulesOf = (stack: Stack) => all(stack, (node) => node instanceof events.Rule).map((rule) => rule.ruleName);
