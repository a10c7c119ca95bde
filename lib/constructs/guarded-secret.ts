import { type RemovalPolicy, Lazy, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretPolicy } from './secret-policy.ts';

/** Who may change and delete a secret and its key, though never read a value by a direct call. */
export interface SecretKeepers {
  readonly deploymentRoleArn: string;
  /** @default - nobody beside the deployment role */
  readonly breakGlassRoleArn?: string;
}

export interface GuardedSecretProps extends SecretKeepers {
  /** Physical name: people type it, and the key policy needs it beforehand. */
  readonly secretName: string;
  readonly description: string;
  readonly encryptionKey: kms.Key;
  /** Values are read and written through this endpoint only. */
  readonly secretsManagerEndpointId: string;
  readonly removalPolicy: RemovalPolicy;
  /**
   * Whether the secret gets a random value when it is created.
   *
   * @default false - it is created empty, and a person or the rotation function fills it
   */
  readonly generateValue?: boolean;
}

/**
 * A secret whose value reaches the functions it was granted to and nobody else, administrators included.
 *
 * Every right is given three times, and all three have to agree: in the role's policy, as an exception from the
 * secret's Deny statements, and in the key's policy.
 */
export class GuardedSecret extends Construct {
  readonly secretArn: string;
  readonly #props: GuardedSecretProps;
  readonly #readers: string[] = [];
  readonly #writers: string[] = [];
  readonly #depositors: string[] = [];
  readonly #rotators: string[] = [];
  readonly #policy: secretsmanager.CfnResourcePolicy;

  constructor(scope: Construct, id: string, props: GuardedSecretProps) {
    super(scope, id);
    this.#props = props;
    const secret = new secretsmanager.CfnSecret(this, 'Resource', {
      name: props.secretName,
      description: props.description,
      kmsKeyId: props.encryptionKey.keyArn,
      generateSecretString: props.generateValue ? { passwordLength: 64, excludePunctuation: true } : undefined,
    });
    secret.applyRemovalPolicy(props.removalPolicy);
    this.secretArn = secret.ref;
    const { deploymentRoleArn, breakGlassRoleArn } = props;
    const keepers = [deploymentRoleArn, ...(breakGlassRoleArn === undefined ? [] : [breakGlassRoleArn])];
    this.#policy = new secretsmanager.CfnResourcePolicy(this, 'Policy', {
      secretId: this.secretArn,
      blockPublicPolicy: true,
      resourcePolicy: Lazy.any({
        produce: () =>
          secretPolicy({
            readers: this.#readers,
            writers: this.#writers,
            depositors: this.#depositors,
            rotators: [deploymentRoleArn, ...this.#rotators],
            keepers,
            taggers: keepers.filter((arn) => arn === breakGlassRoleArn),
            secretsManagerEndpointId: props.secretsManagerEndpointId,
          }),
      }),
    });
  }

  /** Makes something wait until the secret is guarded, for what reads or fills it during a deployment. */
  guardBefore(dependent: Construct): void {
    dependent.node.addDependency(this.#policy);
  }

  /** Reading the given staging labels, by name, through the endpoint. */
  grantRead(role: iam.IRole, stages: readonly string[]): void {
    this.#readers.push(role.roleArn);
    this.#allow(role, ['secretsmanager:GetSecretValue'], {
      StringEquals: { 'secretsmanager:VersionStage': [...stages] },
    });
    this.#allowKey(role, ['kms:Decrypt']);
  }

  /** Describing, writing versions and moving labels, through the endpoint. */
  grantWrite(role: iam.IRole): void {
    this.#writers.push(role.roleArn);
    this.#allow(role, [
      'secretsmanager:DescribeSecret',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
    this.#allowKey(role, ['kms:GenerateDataKey']);
  }

  /** Putting a value in, from anywhere, and nothing else: not even finding out what is there. */
  grantDeposit(role: iam.IRole): void {
    this.#depositors.push(role.roleArn);
    this.#allow(role, ['secretsmanager:PutSecretValue']);
    this.#allowKey(role, ['kms:GenerateDataKey']);
  }

  /** Starting a rotation and clearing a stuck one. */
  grantRotate(role: iam.IRole): void {
    this.#rotators.push(role.roleArn);
    this.#allow(role, ['secretsmanager:CancelRotateSecret', 'secretsmanager:RotateSecret']);
  }

  #allow(role: iam.IRole, actions: string[], conditions?: Record<string, unknown>): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.secretArn], conditions }));
  }

  /**
   * The key's side, bound to Secrets Manager and to this one secret.
   *
   * The context holds the secret's ARN, which ends in six random characters: a pattern over the fixed name, since a
   * reference from the key to the secret that the key encrypts would be circular.
   */
  #allowKey(role: iam.IRole, actions: string[]): void {
    const { partition, region, account } = Stack.of(this);
    const conditions = {
      StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
      StringLike: {
        'kms:EncryptionContext:SecretARN': `arn:${partition}:secretsmanager:${region}:${account}:secret:${this.#props.secretName}-??????`,
      },
    };
    const key = this.#props.encryptionKey;
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [key.keyArn], conditions }));
    key.addToResourcePolicy(
      new PolicyStatement({ principals: [role.grantPrincipal], actions, resources: ['*'], conditions }),
    );
  }
}
