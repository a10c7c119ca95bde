import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { GuardedSecret, type RoomSecretProps } from './guarded-secret.ts';
import { SecretKey } from './secret-key.ts';

/** What all secrets of a room have. */
export type PepperProps = RoomSecretProps;

/**
 * The random value that keys a room's message ids and number hashes, and closes what waits to be sent.
 *
 * It is made once and never rotated: with another one, no message sent before could be found again.
 *
 * It has a key of its own, as whoever reads it can find the numbers behind the ledger's hashes and open what waits. Under the data key,
 * which IAM decides about, an administrator could read it before the secret's policy is attached.
 */
export class Pepper extends Construct {
  /** ARN of the secret. */
  readonly secretArn: string;
  private readonly secret: GuardedSecret;

  constructor(scope: Construct, id: string, props: PepperProps) {
    super(scope, id);
    this.secret = new GuardedSecret(this, 'Secret', {
      room: props,
      kind: 'pepper',
      description: 'Keys message ids, hashes of numbers and app keys, and what waits. Never change it.',
      generateValue: true,
      encryptionKey: new SecretKey(this, 'Key', {
        keepers: props,
        description: "Keyroom: one room's pepper",
        removalPolicy: props.removalPolicy,
      }),
    });
    this.secretArn = this.secret.secretArn;
  }

  /** Reading the value. */
  grantUse(role: iam.IRole): void {
    this.secret.grantRead(role, ['AWSCURRENT']);
  }
}
