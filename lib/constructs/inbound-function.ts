import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/inbound/contract.ts';
import { EVENTS, type RoomPolicy } from '../../lambda/shared/contract.ts';
import type { IEgress } from './egress.ts';
import type { Ledger } from './ledger.ts';
import type { Pepper } from './pepper.ts';
import { grantPutEvents } from './put-events.ts';
import type { ReceiptKey } from './receipt-key.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** Whose messages come in, and what is told of them. */
export interface InboundFunctionProps extends RoomFunctionProps {
  /** Names the room and its provider. */
  readonly policy: RoomPolicy;
  /** Whether events tell numbers and texts, or neither. */
  readonly inbound: 'masked' | 'full';
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** The network with the endpoint that the pepper is read through. */
  readonly egress: IEgress;
  /** Keys the hashes of numbers, and the path. */
  readonly pepper: Pepper;
  /**
   * What signatures are checked with.
   *
   * @default - nothing is checked: the path alone says who calls
   */
  readonly key?: ReceiptKey;
}

/**
 * Heeds the stop words that people write to the room, and tells the apps' bus what they write.
 *
 * Everybody may call it, and it reads the pepper, as an opt-out is known by the keyed hash of a number alone: so it is apart
 * from what takes receipts, and can neither send, manage nor ask, nor see a message. Inside the network, where the pepper is
 * read through its endpoint; EventBridge it reaches as providers are reached.
 */
export class InboundFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: InboundFunctionProps) {
    const { key, pepper, policy } = props;
    super(scope, id, props, {
      name: 'inbound',
      description: `Keyroom: takes in what people write to the room ${policy.room}`,
      timeout: INBOUND_TIMEOUT,
      memorySizeMiB: 256,
      egress: props.egress,
      environment: {
        [ENV.room]: policy.room,
        [ENV.provider]: policy.provider,
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.pepperSecretArn]: pepper.secretArn,
        [ENV.inbound]: props.inbound,
        ...(key && { [ENV.receiptsSecretArn]: key.secretArn }),
      },
    });
    props.ledger.grant(this.role, { recipient: ['GetItem', 'UpdateItem'], inbound: ['GetItem', 'PutItem'] });
    pepper.grantUse(this.role);
    key?.grantUse(this.role);
    grantPutEvents(this.role, EVENTS.inbound);
  }
}

/** Twilio waits 15 s for an answer. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
export const INBOUND_TIMEOUT = Duration.seconds(12);
