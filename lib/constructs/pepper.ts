import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { GuardedSecret, type RoomSecretProps } from './guarded-secret.ts';

export interface PepperProps extends RoomSecretProps {
  /** The room's data key: what the pepper protects lies under it, too. */
  readonly encryptionKey: kms.IKey;
}

/**
 * The random value that keys a room's message ids and number hashes.
 *
 * It is made once and never rotated: with another one, no message sent before could be found again.
 */
export class Pepper extends GuardedSecret {
  constructor(scope: Construct, id: string, props: PepperProps) {
    super(scope, id, {
      room: props,
      encryptionKey: props.encryptionKey,
      kind: 'pepper',
      description: 'Keys message ids and number hashes. Read by the send function only. Never change it.',
      generateValue: true,
    });
  }

  /** Reading the value. */
  grantUse(role: iam.IRole): void {
    this.grantRead(role, ['AWSCURRENT']);
  }
}
