import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FROZEN_TAG } from '../../lambda/shared/contract.ts';

/** Role ARNs, by what they may do with one secret. */
export interface SecretPolicyProps {
  /** Read values, by a named stage. */
  readonly readers: readonly string[];
  /** Write versions and move staging labels. */
  readonly writers: readonly string[];
  /** Put values in from anywhere. */
  readonly depositors: readonly string[];
  /** Start and cancel rotations. */
  readonly rotators: readonly string[];
  /** Change and delete the secret and this policy. */
  readonly keepers: readonly string[];
  /** Set and remove the frozen tag. */
  readonly taggers: readonly string[];
  /** Values pass through this endpoint only. @default - from anywhere, to those who may read or write at all */
  readonly secretsManagerEndpointId?: string;
}

/** BatchGetSecretValue is authorised as GetSecretValue per secret; it is named so that no future change opens it. */
const READ = ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'];
const PUT = 'secretsmanager:PutSecretValue';
const MOVE = 'secretsmanager:UpdateSecretVersionStage';
/** CloudFormation never comes through the endpoint, so these carry no condition on it. */
const KEEP = [
  'secretsmanager:DeleteResourcePolicy',
  'secretsmanager:DeleteSecret',
  'secretsmanager:PutResourcePolicy',
  'secretsmanager:RemoveRegionsFromReplication',
  'secretsmanager:ReplicateSecretToRegions',
  'secretsmanager:RestoreSecret',
  'secretsmanager:StopReplicationToReplica',
  // Changes the key and the description, and can write a value: so no administrator has it.
  'secretsmanager:UpdateSecret',
];
const ROTATE = ['secretsmanager:CancelRotateSecret', 'secretsmanager:RotateSecret'];
const TAG = ['secretsmanager:TagResource', 'secretsmanager:UntagResource'];

type Conditions = Record<string, Record<string, unknown>>;

/**
 * Only Deny statements: what may be done at all is said in the roles' own policies, so that this one can only take
 * away. Negated conditions also match where a key is absent: a caller without an endpoint or a principal is refused.
 *
 * Describing the secret and reading this policy are never denied: whoever has to repair a lock-out must see it.
 *
 * The service's own part of a rotation (the version labelled AWSPENDING, the calendar) needs no exception: it asks the
 * caller for `RotateSecret` and for calling the function, and rotates secrets whose policy allows it nothing. What the
 * function does it does as its own role through the endpoint. `GetRandomPassword` concerns no secret.
 *
 * Roles are named by their ARN, so a role that is made again under its name is let in again.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export const secretPolicy = (props: SecretPolicyProps): PolicyDocument => {
  const { secretsManagerEndpointId: endpoint } = props;
  const outside = { StringNotEquals: { 'aws:SourceVpce': endpoint } };
  return new PolicyDocument({
    statements: [
      deny('ReadByTheRoomOnly', READ, unless(props.readers)),
      deny('WrittenByTheRoomOnly', [PUT], unless([...props.writers, ...props.depositors])),
      deny('LabelsMovedByTheRoomOnly', [MOVE], unless(props.writers)),
      ...(endpoint === undefined
        ? []
        : [
            deny('ReadThroughTheEndpointOnly', [...READ, MOVE], outside),
            deny('WrittenThroughTheEndpointOnly', [PUT], { ...outside, ...unless(props.depositors) }),
          ]),
      // Without a label the service returns AWSCURRENT, whatever a role's condition on labels says.
      deny('ReadsNameTheStage', READ, { Null: { 'secretsmanager:VersionStage': 'true' } }),
      // Whoever replaces keys sends nothing, and has to read the one that leaked to prove that it is dead.
      deny('NoReadsWhileFrozen', READ, {
        StringEquals: { [`aws:ResourceTag/${FROZEN_TAG}`]: 'true' },
        ...unless(props.writers),
      }),
      // Nobody freezes or unfreezes by accident. CloudFormation compares the tags of two templates, never those of the
      // secret, so it does not mention this one, and changes all others.
      deny('FrozenTagIsNotForDeployments', TAG, {
        'ForAnyValue:StringEquals': { 'aws:TagKeys': [FROZEN_TAG] },
        ...unless(props.taggers),
      }),
      deny('KeptByDeploymentOnly', KEEP, unless(props.keepers)),
      deny('RotatedByTheRoomOnly', ROTATE, unless(props.rotators)),
    ],
  });
};

/** No exception at all where nobody is named: an empty list of principals would be an invalid condition. */
const unless = (roleArns: readonly string[]): Conditions =>
  roleArns.length === 0 ? {} : { ArnNotEquals: { 'aws:PrincipalArn': [...new Set(roleArns)] } };

const deny = (sid: string, actions: string[], conditions: Conditions): PolicyStatement =>
  new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources: ['*'],
    conditions,
  });
