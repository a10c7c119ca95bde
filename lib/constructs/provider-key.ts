import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DRAINING_STAGE, secretName } from '../../lambda/shared/contract.ts';
import { GuardedSecret, type SecretKeepers } from './guarded-secret.ts';
import { SecretKey } from './secret-key.ts';

export interface ProviderKeyProps extends SecretKeepers {
  readonly environmentName: string;
  readonly roomName: string;
  readonly secretsManagerEndpointId: string;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The provider's credential in two secrets under a key of their own: the one that sends and the one that manages keys.
 *
 * Both are created empty. The CDK's own `Secret` would fill them with a password that then counts as current.
 */
export class ProviderKey extends Construct {
  readonly sending: GuardedSecret;
  readonly managing: GuardedSecret;

  constructor(scope: Construct, id: string, props: ProviderKeyProps) {
    super(scope, id);
    const encryptionKey = new SecretKey(this, 'Key', {
      ...props,
      description: "Keyroom: the provider's credential of one room",
    });
    const secret = (childId: string, kind: 'sending' | 'managing', description: string): GuardedSecret =>
      new GuardedSecret(this, childId, {
        ...props,
        secretName: secretName(props.environmentName, props.roomName, kind),
        description,
        encryptionKey,
      });
    this.sending = secret('Sending', 'sending', 'Sends messages at the provider. Read by the send function only.');
    this.managing = secret('Managing', 'managing', "Makes and revokes sending keys. Read by the room's rotation only.");
  }

  /** Reading the key in use and the one before it; how long the latter may still be used is enforced in code. */
  grantSend(role: iam.IRole): void {
    this.sending.grantRead(role, ['AWSCURRENT', 'AWSPREVIOUS']);
  }

  /** Everything a rotation does to both secrets; never their policies. */
  grantRotate(role: iam.IRole): void {
    for (const secret of [this.sending, this.managing]) {
      secret.grantRead(role, ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', DRAINING_STAGE]);
      secret.grantWrite(role);
    }
    this.sending.grantRotate(role);
  }
}
