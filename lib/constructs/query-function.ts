import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/query/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import type { Ledger } from './ledger.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What a query is answered from. */
export interface QueryFunctionProps extends RoomFunctionProps {
  /** Who the apps are. */
  readonly policy: RoomPolicy;
  /** The room's ledger. */
  readonly ledger: Ledger;
}

/** Says where a message stands and what an app may still send. Outside the VPC: it must answer also when the way out is broken. */
export class QueryFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: QueryFunctionProps) {
    super(scope, id, props, {
      name: 'query',
      description: `Keyroom: answers queries about messages of the room ${props.policy.room}`,
      timeout: Duration.seconds(5),
      memorySizeMiB: 256,
      policy: props.policy,
      environment: { [ENV.ledgerTable]: props.ledger.table.tableName },
    });
    props.ledger.grant(this.role, { app: ['GetItem'], message: ['GetItem'] });
  }
}
