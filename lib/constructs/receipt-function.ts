import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/receipt/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import type { Ledger } from './ledger.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** Whose receipts come in, and where they are noted. */
export interface ReceiptFunctionProps extends RoomFunctionProps {
  /** Names the room and its provider. */
  readonly policy: RoomPolicy;
  /** The room's ledger. */
  readonly ledger: Ledger;
}

/**
 * Takes note of what the provider says became of a message.
 *
 * Everybody may call it, so it has nothing worth taking: it reads no secret, knows no number, and is outside the VPC, away
 * from the way to the provider.
 */
export class ReceiptFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: ReceiptFunctionProps) {
    const { room, provider } = props.policy;
    super(scope, id, props, {
      name: 'receipt',
      description: `Keyroom: takes in the receipts of the room ${room}`,
      timeout: Duration.seconds(5),
      memorySizeMiB: 256,
      environment: {
        [ENV.room]: room,
        [ENV.provider]: provider,
        [ENV.ledgerTable]: props.ledger.table.tableName,
      },
    });
    props.ledger.grant(this.role, { message: ['GetItem', 'UpdateItem'] });
  }
}
