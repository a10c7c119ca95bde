import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { NamedRole } from './named-role.ts';
import { RedriveFunction, type RedriveFunctionProps } from './redrive-function.ts';
import type { RoomFunction } from './room-function.ts';

/** What operators of a room work on, and who they are. */
export interface OperationProps {
  /** What is redriven, and by what it is decided. */
  readonly redriving: RedriveFunctionProps;
  /** Name of the role that operates the room. */
  readonly operatorRoleName: string;
  /** Who may assume that role. */
  readonly operators: readonly string[];
}

/** What people on call may do about a room beside its keys, and the role in which they do it. */
export class Operation extends Construct {
  /** The functions that they may command. */
  readonly functions: readonly RoomFunction[];
  /** Role of those who may command them; it reads nothing. */
  readonly operator: IRole;

  constructor(scope: Construct, id: string, props: OperationProps) {
    super(scope, id);
    const { redriving, operatorRoleName, operators } = props;
    const redrive = new RedriveFunction(this, 'Redrive', redriving);
    const operator = new NamedRole(this, 'Operator', {
      roleName: operatorRoleName,
      description: `Keyroom: operates the room ${redriving.roomName} and reads nothing`,
      trustedPrincipals: operators,
    });
    redrive.grantCommand(operator);
    this.functions = [redrive];
    this.operator = operator;
  }
}
