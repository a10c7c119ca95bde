import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DRAINING_STAGE, PROBE_STAGES, RETIRING_STAGES, STANDBY_STAGE } from '../../lambda/shared/contract.ts';
import { GuardedSecret, type RoomSecretProps } from './guarded-secret.ts';
import { SecretKey } from './secret-key.ts';

/** The credential needs nothing beyond what all secrets of a room have. */
export type ProviderKeyProps = RoomSecretProps;

/**
 * The provider's credential in two secrets under a key of their own: the one that sends and the one that manages keys.
 *
 * Both are created empty. The CDK's own `Secret` would fill them with a password that then counts as current.
 */
export class ProviderKey extends Construct {
  /** Sends messages. */
  readonly sending: GuardedSecret;
  /** Makes and revokes sending keys. */
  readonly managing: GuardedSecret;

  constructor(scope: Construct, id: string, props: ProviderKeyProps) {
    super(scope, id);
    const encryptionKey = new SecretKey(this, 'Key', {
      keepers: props,
      description: "Keyroom: the provider's credential of one room",
      removalPolicy: props.removalPolicy,
    });
    this.sending = new GuardedSecret(this, 'Sending', {
      room: props,
      encryptionKey,
      kind: 'sending',
      description: 'Sends messages at the provider. Read by what sends, rotates and asks about messages.',
    });
    this.managing = new GuardedSecret(this, 'Managing', {
      room: props,
      encryptionKey,
      kind: 'managing',
      description:
        'Makes and revokes sending keys at the provider. Read by the rotation and by what asks about messages.',
    });
  }

  /** Reading the key in use and the one before it; how long the latter may still be used is enforced in code. */
  grantSend(role: iam.IRole): void {
    this.sending.grantRead(role, ['AWSCURRENT', 'AWSPREVIOUS']);
  }

  /** Reading the credentials in use that the provider lets read its records. */
  grantAsk(role: iam.IRole, kinds: readonly ('sending' | 'managing')[]): void {
    for (const kind of kinds) this[kind].grantRead(role, ['AWSCURRENT']);
  }

  /** Everything a rotation does to both secrets; never their policies. */
  grantRotate(role: iam.IRole): void {
    // One label for each managing credential that waits for its end, so the versions' ids are part of them.
    const ours = [DRAINING_STAGE, `${RETIRING_STAGES}*`, `${PROBE_STAGES}*`];
    this.sending.grantRead(role, ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', ...ours]);
    this.managing.grantRead(role, ['AWSCURRENT', 'AWSPREVIOUS', STANDBY_STAGE, `${RETIRING_STAGES}*`]);
    for (const secret of [this.sending, this.managing]) secret.grantWrite(role);
    this.sending.grantRotate(role);
  }
}
