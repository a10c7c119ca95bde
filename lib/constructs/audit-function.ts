import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENV } from '../../lambda/audit/contract.ts';
import type { Ledger } from './ledger.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** Who may ask what happened, and where that is read. */
export interface AuditFunctionProps extends RoomFunctionProps {
  /** Name of the room. */
  readonly roomName: string;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** `<account id>:<role name>` of those who may ask. */
  readonly askers: readonly string[];
}

/** Says what happened, from the ledger, which it only reads. Outside the VPC: it must answer when the way out is broken. */
export class AuditFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: AuditFunctionProps) {
    super(scope, id, props, {
      name: 'audit',
      description: `Keyroom: says what happened in the room ${props.roomName} for whoever is on call`,
      // Some dozens of queries of empty parts of an index, one after the other.
      timeout: Duration.seconds(25),
      memorySizeMiB: 512,
      environment: {
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.askers]: props.askers.join(','),
      },
    });
    props.ledger.grantDue(this.role);
    props.ledger.grantSent(this.role);
    props.ledger.grant(this.role, {
      action: ['BatchGetItem'],
      seen: ['BatchGetItem'],
      message: ['BatchGetItem'],
      reconcile: ['BatchGetItem'],
      rotation: ['GetItem'],
    });
  }
}
