import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { GuardedSecret, type RoomSecretProps } from './guarded-secret.ts';
import { SecretKey } from './secret-key.ts';

/** The secret needs nothing beyond what all secrets of a room have. */
export type SubscribersSecretProps = RoomSecretProps;

/**
 * Where chats and pagers are reached: their URLs and keys are credentials. Importers put them in, one function reads them.
 *
 * It is read from outside the network: who tells people that something is wrong must not depend on what may be wrong.
 */
export class SubscribersSecret extends Construct {
  /** ARN of the secret. */
  readonly secretArn: string;
  private readonly secret: GuardedSecret;

  constructor(scope: Construct, id: string, props: SubscribersSecretProps) {
    super(scope, id);
    this.secret = new GuardedSecret(this, 'Secret', {
      room: props,
      kind: 'subscribers',
      description: 'Where chats and pagers are reached. Written by importers.',
      isReadOutside: true,
      encryptionKey: new SecretKey(this, 'Key', {
        keepers: props,
        description: "Keyroom: where one room's pages go",
        removalPolicy: props.removalPolicy,
      }),
    });
    this.secretArn = this.secret.secretArn;
  }

  /** Reading what is in use. */
  grantUse(role: iam.IRole): void {
    this.secret.grantRead(role, ['AWSCURRENT']);
  }

  /** Putting it in. */
  grantImport(role: iam.IRole): void {
    this.secret.grantDeposit(role);
  }
}
