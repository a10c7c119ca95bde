import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { IEgress } from './egress.ts';
import type { SecretKeepers } from './guarded-secret.ts';
import { KeyInbox } from './key-inbox.ts';
import type { Ledger } from './ledger.ts';
import { NamedRole } from './named-role.ts';
import { ProviderKey } from './provider-key.ts';
import { RotateKeyFunction } from './rotate-key-function.ts';
import { RotationSchedule } from './rotation-schedule.ts';

export interface KeyCustodyProps extends SecretKeepers {
  readonly environmentName: string;
  readonly roomName: string;
  readonly providerName: string;
  readonly egress: IEgress;
  readonly ledger: Ledger;
  readonly logKey: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
  readonly channels: readonly string[];
  readonly rotateEvery: Duration;
  readonly keyGrace: Duration;
  readonly sweepEvery: Duration;
  /** @default - the provider's own address */
  readonly providerBaseUrl?: string;
  readonly importerRoleName: string;
  /**
   * ARNs of those who may import a key and ask for a rotation.
   *
   * @default - nobody: the role does not exist
   */
  readonly importers?: readonly string[];
}

/** A credential's whole life in a room: how it gets in, where it lies, how it is replaced, and who may ask for that. */
export class KeyCustody extends Construct {
  readonly providerKey: ProviderKey;
  readonly inbox: KeyInbox;
  readonly rotateKey: RotateKeyFunction;
  readonly importerRole?: NamedRole;

  constructor(scope: Construct, id: string, props: KeyCustodyProps) {
    super(scope, id);
    const secrets = { ...props, secretsManagerEndpointId: props.egress.secretsManagerEndpointId };
    this.providerKey = new ProviderKey(this, 'ProviderKey', secrets);
    this.inbox = new KeyInbox(this, 'Inbox', secrets);
    this.rotateKey = new RotateKeyFunction(this, 'RotateKey', {
      ...props,
      providerKey: this.providerKey,
      inbox: this.inbox,
    });
    new RotationSchedule(this, 'Rotation', {
      secret: this.providerKey.sending,
      rotator: this.rotateKey,
      every: props.rotateEvery,
    });
    if (props.importers?.length) {
      this.importerRole = new NamedRole(this, 'Importer', {
        roleName: props.importerRoleName,
        description: `Keyroom: puts a key into the room ${props.roomName} and reads nothing`,
        trustedPrincipals: props.importers,
      });
      this.inbox.grantImport(this.importerRole);
      this.rotateKey.grantCommand(this.importerRole);
    }
  }
}
