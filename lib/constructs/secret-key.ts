import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { SecretKeepers } from './guarded-secret.ts';

/** Who keeps the key, and what for. */
export interface SecretKeyProps {
  /** Who keeps it in repair. */
  readonly keepers: SecretKeepers;
  /** What it is for, for people who see it in the console. */
  readonly description: string;
  /** What becomes of data and logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A key for secrets, which no administrator may use or hand on.
 *
 * The CDK's ordinary key policy leaves everything to IAM, so whoever has `kms:*` could decrypt, or grant it to others.
 * Here the account sees the key, the deployment role keeps it in repair, and only the roles that a secret grants to may
 * decrypt or encrypt, through Secrets Manager, that secret.
 *
 * The deployment role is a principal rather than a condition: KMS refuses a policy its own caller could not change.
 */
export class SecretKey extends kms.Key {
  constructor(scope: Construct, id: string, props: SecretKeyProps) {
    const stack = Stack.of(scope);
    super(scope, id, {
      description: props.description,
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
      policy: new iam.PolicyDocument({
        statements: [visible(), ...keepers(props.keepers), validation(stack, props.keepers.deploymentRoleArn)],
      }),
    });
  }
}

/** Reading about the key, for auditors and for the administrators who may not use it. */
const visible = (): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'VisibleToTheAccount',
    principals: [new iam.AccountRootPrincipal()],
    actions: [
      'kms:DescribeKey',
      'kms:GetKeyPolicy',
      'kms:GetKeyRotationStatus',
      'kms:ListGrants',
      'kms:ListKeyPolicies',
      'kms:ListResourceTags',
    ],
    resources: ['*'],
  });

/** Everything but using the key and granting its use. */
const MAINTENANCE = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

const keepers = ({ deploymentRoleArn, breakGlassRoleArn }: SecretKeepers): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    sid: 'KeptByDeployment',
    principals: [new iam.ArnPrincipal(deploymentRoleArn)],
    actions: MAINTENANCE,
    resources: ['*'],
  }),
  ...(breakGlassRoleArn === undefined
    ? []
    : [
        // By condition, as KMS refuses a policy that names a role which does not exist yet.
        new iam.PolicyStatement({
          sid: 'KeptInAnEmergency',
          principals: [new iam.AccountRootPrincipal()],
          actions: MAINTENANCE,
          resources: ['*'],
          conditions: { ArnEquals: { 'aws:PrincipalArn': breakGlassRoleArn } },
        }),
      ]),
];

/**
 * Secrets Manager tries the key, with a dummy context, whenever a secret is created with it or moved to it.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
const validation = (stack: Stack, deploymentRoleArn: string): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'TriedByDeployment',
    principals: [new iam.ArnPrincipal(deploymentRoleArn)],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: {
      StringEquals: {
        'kms:EncryptionContext:SecretVersionId': 'RequestToValidateKeyAccess',
        'kms:ViaService': `secretsmanager.${stack.region}.amazonaws.com`,
      },
    },
  });
