import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { GuardedSecret, type RoomSecretProps } from './guarded-secret.ts';
import { SecretKey } from './secret-key.ts';

/** The key needs nothing beyond what all secrets of a room have. */
export type ReceiptKeyProps = RoomSecretProps;

/**
 * What the provider signs receipts with: importers put it in, one function reads it, and it can neither send nor manage.
 *
 * It has a key of its own, under which importers may only encrypt.
 */
export class ReceiptKey extends Construct {
  /** ARN of the secret. */
  readonly secretArn: string;
  private readonly secret: GuardedSecret;

  constructor(scope: Construct, id: string, props: ReceiptKeyProps) {
    super(scope, id);
    this.secret = new GuardedSecret(this, 'Secret', {
      room: props,
      kind: 'receipts',
      description: "Checks the signatures of the provider's receipts. Written by importers.",
      encryptionKey: new SecretKey(this, 'Key', {
        keepers: props,
        description: 'Keyroom: what one room checks receipts with',
        removalPolicy: props.removalPolicy,
      }),
    });
    this.secretArn = this.secret.secretArn;
  }

  /** Reading the key in use and the one before it. */
  grantUse(role: iam.IRole): void {
    this.secret.grantRead(role, ['AWSCURRENT', 'AWSPREVIOUS']);
  }

  /** Putting a key in. */
  grantImport(role: iam.IRole): void {
    this.secret.grantDeposit(role);
  }
}
