import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/list-messages/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import type { IEgress } from './egress.ts';
import type { Ledger } from './ledger.ts';
import type { Pepper } from './pepper.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What a list is made from. */
export interface ListMessagesFunctionProps extends RoomFunctionProps {
  /** Who the apps are. */
  readonly policy: RoomPolicy;
  /** The network with the endpoint that the pepper is read through. */
  readonly egress: IEgress;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Keys the hashes of numbers, and closes cursors. */
  readonly pepper: Pepper;
}

/**
 * Lists an app's messages by time, reference and number.
 *
 * Inside the network, unlike the function that looks one message up: the ledger keeps a keyed hash of a number, and the
 * pepper that keys it is read through its endpoint only. So when the way in there is broken, an app can still ask what
 * became of each message it knows. 7 s: four calls of AWS, each slow once.
 */
export class ListMessagesFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: ListMessagesFunctionProps) {
    super(scope, id, props, {
      name: 'list-messages',
      description: `Keyroom: lists messages of the room ${props.policy.room}`,
      timeout: Duration.seconds(7),
      memorySizeMiB: 512,
      egress: props.egress,
      policy: props.policy,
      environment: {
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.pepperSecretArn]: props.pepper.secretArn,
      },
    });
    props.ledger.grantList(this.role);
    props.ledger.grant(this.role, { message: ['BatchGetItem'] });
    props.pepper.grantUse(this.role);
  }
}
