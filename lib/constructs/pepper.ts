import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { secretName } from '../../lambda/shared/contract.ts';
import { GuardedSecret, type SecretKeepers } from './guarded-secret.ts';

export interface PepperProps extends SecretKeepers {
  readonly environmentName: string;
  readonly roomName: string;
  readonly encryptionKey: kms.Key;
  readonly secretsManagerEndpointId: string;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The random value that keys a room's message ids and number hashes.
 *
 * It is made once and never rotated: with another one, no message sent before could be found again.
 */
export class Pepper extends GuardedSecret {
  constructor(scope: Construct, id: string, props: PepperProps) {
    super(scope, id, {
      ...props,
      secretName: secretName(props.environmentName, props.roomName, 'pepper'),
      description: 'Keys message ids and number hashes. Read by the send function only. Never change it.',
      generateValue: true,
    });
  }

  /** Reading the value. */
  grantUse(role: iam.IRole): void {
    this.grantRead(role, ['AWSCURRENT']);
  }
}
