import { type RemovalPolicy, Lazy, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { FROZEN_TAG, type SecretKind, secretName } from '../../lambda/shared/contract.ts';
import type { UsersOfSecret } from '../../lambda/witness/contract.ts';
import { secretPolicy } from './secret-policy.ts';

/** Who may change and delete a secret and its key, though never read a value by a direct call. */
export interface SecretKeepers {
  readonly deploymentRoleArn: string;
  /** @default - nobody beside the deployment role */
  readonly breakGlassRoleArn?: string;
}

/** What the secrets of one room have in common. */
export interface RoomSecretProps extends SecretKeepers {
  /** Name of the environment; part of the secret's name. */
  readonly environmentName: string;
  /** Name of the room; part of the secret's name. */
  readonly roomName: string;
  /** Values are read and written through this endpoint only. */
  readonly secretsManagerEndpointId: string;
  /** What becomes of the secret and its key when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/** What tells one secret of a room from another. */
export interface GuardedSecretProps {
  /** What it has in common with the other secrets of its room. */
  readonly room: RoomSecretProps;
  /** What the secret is for; the last part of its name, which people type and the key policy needs beforehand. */
  readonly kind: SecretKind;
  /** Who reads and writes it, for people who look at it in the console. */
  readonly description: string;
  /** Its policy gets a statement for every right that is granted. */
  readonly encryptionKey: kms.IKey;
  /**
   * Whether the secret gets a random value when it is created.
   *
   * @default false - it is created empty, and a person or the rotation function fills it
   */
  readonly generateValue?: boolean;
  /**
   * Whether its readers are outside the network.
   *
   * @default false - its value passes through the room's endpoint only
   */
  readonly isReadOutside?: boolean;
}

/**
 * A secret whose value reaches the functions it was granted to and nobody else, administrators included.
 *
 * Every right is given three times, and all three have to agree: in the role's policy, as an exception from the
 * secret's Deny statements, and in the key's policy.
 */
export class GuardedSecret extends Construct {
  /** ARN of the secret. */
  readonly secretArn: string;
  /** What the secret is for. */
  readonly kind: SecretKind;
  private readonly name: string;
  private readonly isReadOutside: boolean;
  private readonly encryptionKey: kms.IKey;
  private readonly readers: string[] = [];
  private readonly writers: string[] = [];
  private readonly depositors: string[] = [];
  private readonly rotators: string[] = [];
  private readonly freezers: string[] = [];
  private readonly policy: secretsmanager.CfnResourcePolicy;

  constructor(scope: Construct, id: string, props: GuardedSecretProps) {
    super(scope, id);
    const { environmentName, roomName, secretsManagerEndpointId, removalPolicy } = props.room;
    const { deploymentRoleArn, breakGlassRoleArn } = props.room;
    this.kind = props.kind;
    this.name = secretName(environmentName, roomName, props.kind);
    this.encryptionKey = props.encryptionKey;
    this.isReadOutside = props.isReadOutside ?? false;
    const secret = new secretsmanager.CfnSecret(this, 'Resource', {
      name: this.name,
      description: props.description,
      kmsKeyId: props.encryptionKey.keyArn,
      generateSecretString: props.generateValue ? { passwordLength: 64, excludePunctuation: true } : undefined,
    });
    secret.applyRemovalPolicy(removalPolicy);
    if (props.generateValue) this.letGenerate(deploymentRoleArn);
    this.secretArn = secret.ref;
    const keepers = [deploymentRoleArn, ...(breakGlassRoleArn === undefined ? [] : [breakGlassRoleArn])];
    this.policy = new secretsmanager.CfnResourcePolicy(this, 'Policy', {
      secretId: this.secretArn,
      blockPublicPolicy: true,
      resourcePolicy: Lazy.any({
        produce: () =>
          secretPolicy({
            readers: this.readers,
            writers: this.writers,
            depositors: this.depositors,
            rotators: [deploymentRoleArn, ...this.rotators],
            keepers,
            taggers: [...keepers.filter((arn) => arn === breakGlassRoleArn), ...this.freezers],
            ...(this.isReadOutside ? {} : { secretsManagerEndpointId }),
          }),
      }),
    });
    // A secret that outlives its stack stays guarded: deleted, its policy would leave it to whoever has IAM's rights.
    this.policy.applyRemovalPolicy(removalPolicy);
  }

  /** Who was granted its values so far. */
  get users(): UsersOfSecret {
    const { readers, writers, depositors } = this;
    return this.isReadOutside
      ? { through: [...writers], outside: [...readers], depositors: [...depositors] }
      : { through: [...new Set([...readers, ...writers])], depositors: [...depositors] };
  }

  /** Makes something wait until the secret is guarded, for what reads or fills it during a deployment. */
  guardBefore(dependent: Construct): void {
    dependent.node.addDependency(this.policy);
  }

  /** Reading the given staging labels, by name or by a pattern of names. */
  grantRead(role: iam.IRole, stages: readonly string[]): void {
    this.readers.push(role.roleArn);
    this.allow(role, ['secretsmanager:GetSecretValue'], {
      [stages.some((stage) => stage.includes('*')) ? 'StringLike' : 'StringEquals']: {
        'secretsmanager:VersionStage': [...stages],
      },
    });
    this.allowKey(role, ['kms:Decrypt']);
  }

  /** Describing, writing versions and moving labels, through the endpoint. */
  grantWrite(role: iam.IRole): void {
    this.writers.push(role.roleArn);
    this.allow(role, [
      'secretsmanager:DescribeSecret',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
    this.allowKey(role, ['kms:GenerateDataKey']);
  }

  /** Putting a value in, from anywhere, and nothing else: not even finding out what is there. */
  grantDeposit(role: iam.IRole): void {
    this.depositors.push(role.roleArn);
    this.allow(role, ['secretsmanager:PutSecretValue']);
    this.allowKey(role, ['kms:GenerateDataKey']);
  }

  /** Starting a rotation and clearing a stuck one. */
  grantRotate(role: iam.IRole): void {
    this.rotators.push(role.roleArn);
    this.allow(role, ['secretsmanager:CancelRotateSecret', 'secretsmanager:RotateSecret']);
  }

  /** Setting and removing the tag that stops reads, and seeing whether it is there; no other tag. */
  grantFreeze(role: iam.IRole): void {
    this.freezers.push(role.roleArn);
    this.allow(role, ['secretsmanager:DescribeSecret']);
    this.allow(role, ['secretsmanager:TagResource', 'secretsmanager:UntagResource'], {
      'ForAllValues:StringEquals': { 'aws:TagKeys': [FROZEN_TAG] },
      // Without a key every condition on all of them holds.
      Null: { 'aws:TagKeys': 'false' },
    });
  }

  private allow(role: iam.IRole, actions: string[], conditions?: Record<string, unknown>): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.secretArn], conditions }));
  }

  /**
   * CloudFormation generates the value, so its role encrypts one for this secret; it can decrypt none.
   *
   * The key is what guards a value from the moment it exists: the secret's policy can only be attached afterwards.
   */
  private letGenerate(deploymentRoleArn: string): void {
    this.encryptionKey.addToResourcePolicy(
      new PolicyStatement({
        sid: 'GeneratedByDeployment',
        principals: [new ArnPrincipal(deploymentRoleArn)],
        actions: ['kms:GenerateDataKey'],
        resources: ['*'],
        conditions: this.onlyForThisSecret(),
      }),
    );
  }

  /** The key's side of a right. */
  private allowKey(role: iam.IRole, actions: string[]): void {
    const conditions = this.onlyForThisSecret();
    const key = this.encryptionKey;
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [key.keyArn], conditions }));
    key.addToResourcePolicy(
      new PolicyStatement({ principals: [role.grantPrincipal], actions, resources: ['*'], conditions }),
    );
  }

  /**
   * Binds the use of the key to Secrets Manager and to this one secret.
   *
   * The context holds the secret's ARN, which ends in six random characters: a pattern over the fixed name, since a
   * reference from the key to the secret that the key encrypts would be circular.
   */
  private onlyForThisSecret(): Record<string, Record<string, string>> {
    const { partition, region, account } = Stack.of(this);
    return {
      StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
      StringLike: {
        'kms:EncryptionContext:SecretARN': `arn:${partition}:secretsmanager:${region}:${account}:secret:${this.name}-??????`,
      },
    };
  }
}
