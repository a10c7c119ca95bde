import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/send/contract.ts';
import { ROOM_POLICY_FILE, type RoomPolicy } from '../../lambda/shared/contract.ts';
import type { IEgress } from './egress.ts';
import type { Ledger } from './ledger.ts';
import type { Pepper } from './pepper.ts';
import type { ProviderKey } from './provider-key.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What a message needs to be admitted and sent. */
export interface SendFunctionProps extends RoomFunctionProps {
  /** What the room allows. */
  readonly policy: RoomPolicy;
  /** The way out. */
  readonly egress: IEgress;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Keys message ids and number hashes. */
  readonly pepper: Pepper;
  /** @default - none: a sandbox room sends nothing anywhere */
  readonly providerKey?: ProviderKey;
  /** @default - the provider's own address */
  readonly providerBaseUrl?: string;
  /** How long a key may be used before it is read again. */
  readonly keyCache: Duration;
  /** How long an old key stays alive after a switch. */
  readonly keyGrace: Duration;
}

/**
 * Takes a message, decides in the ledger, calls the provider once.
 *
 * 10 s: the provider has 6, and the rest is for the ledger; API Gateway would wait 29. 512 MiB: what the start-up and
 * latency figures of the bundle were measured at; less makes the first call wait for a share of a processor.
 */
export class SendFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: SendFunctionProps) {
    const { policy, providerKey } = props;
    super(scope, id, props, {
      name: 'send',
      description: `Keyroom: sends for the room ${policy.room}`,
      timeout: Duration.seconds(10),
      memorySizeMiB: 512,
      egress: props.egress,
      files: { [ROOM_POLICY_FILE]: JSON.stringify(policy, undefined, 1) },
      environment: {
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.pepperSecretArn]: props.pepper.secretArn,
        [ENV.keyCacheSeconds]: String(props.keyCache.toSeconds()),
        [ENV.keyGraceSeconds]: String(props.keyGrace.toSeconds()),
        ...(providerKey && { [ENV.sendingSecretArn]: providerKey.sending.secretArn }),
        ...(props.providerBaseUrl !== undefined && { [ENV.providerBaseUrl]: props.providerBaseUrl }),
      },
    });
    // A failed condition brings the item it looked at. Only where nothing may be written, as the grant is gone, is the
    // message read: it may have been sent before.
    props.ledger.grant(this.role, {
      app: ['UpdateItem'],
      rate: ['UpdateItem'],
      recipient: ['UpdateItem'],
      prefix: ['UpdateItem'],
      message: ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
    });
    props.pepper.grantUse(this.role);
    providerKey?.grantSend(this.role);
  }
}
