import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { GuardedSecret, type RoomSecretProps } from './guarded-secret.ts';
import { SecretKey } from './secret-key.ts';

/** The inbox needs nothing beyond what all secrets of a room have. */
export type KeyInboxProps = RoomSecretProps;

/**
 * Where a person drops a credential: they can put one in and never look at what is there.
 *
 * It has a key of its own, under which importers may only encrypt. The rotation function takes a candidate out, tests
 * it, makes it current and destroys what was in here.
 */
export class KeyInbox extends Construct {
  /** The inbox itself. */
  readonly secret: GuardedSecret;

  constructor(scope: Construct, id: string, props: KeyInboxProps) {
    super(scope, id);
    this.secret = new GuardedSecret(this, 'Secret', {
      room: props,
      kind: 'inbox',
      description: "Takes in a provider's credential. Written by importers, emptied by the room's rotation.",
      encryptionKey: new SecretKey(this, 'Key', {
        keepers: props,
        description: "Keyroom: one room's inbox for credentials",
        removalPolicy: props.removalPolicy,
      }),
    });
  }

  /** Putting a credential in. */
  grantImport(role: iam.IRole): void {
    this.secret.grantDeposit(role);
  }

  /** Taking the candidate out and destroying it. */
  grantEmpty(role: iam.IRole): void {
    this.secret.grantRead(role, ['AWSCURRENT', 'AWSPREVIOUS']);
    this.secret.grantWrite(role);
  }
}
