import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/receipt/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import type { IEgress } from './egress.ts';
import type { Ledger } from './ledger.ts';
import type { ReceiptKey } from './receipt-key.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** Whose receipts come in, and where they are noted. */
export interface ReceiptFunctionProps extends RoomFunctionProps {
  /** Names the room and its provider. */
  readonly policy: RoomPolicy;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** The network with the endpoint that a key is read through. */
  readonly egress: IEgress;
  /**
   * What signatures are checked with.
   *
   * @default - nothing is checked: the room asks the provider about every message that a receipt is about
   */
  readonly key?: ReceiptKey;
}

/**
 * Takes note of what the provider says became of a message.
 *
 * Everybody may call it, so it has nothing worth taking: it knows no number and can neither send, manage nor ask. Without a
 * key for signatures it reads no secret, and is outside the VPC, away from the way to the provider.
 */
export class ReceiptFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: ReceiptFunctionProps) {
    const { key, policy } = props;
    const { room, provider } = policy;
    super(scope, id, props, {
      name: 'receipt',
      description: `Keyroom: takes in the receipts of the room ${room}`,
      timeout: Duration.seconds(5),
      memorySizeMiB: 256,
      egress: key && props.egress,
      environment: {
        [ENV.room]: room,
        [ENV.provider]: provider,
        [ENV.ledgerTable]: props.ledger.table.tableName,
        ...(key && { [ENV.receiptsSecretArn]: key.secretArn }),
      },
    });
    props.ledger.grant(this.role, { message: ['GetItem', 'UpdateItem'] });
    key?.grantUse(this.role);
  }
}
