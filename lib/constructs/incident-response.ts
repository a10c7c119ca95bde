import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { dashboardName } from '../config/names.ts';
import { AuditFunction } from './audit-function.ts';
import { IncidentFunction, type IncidentFunctionProps } from './incident-function.ts';
import { NamedRole } from './named-role.ts';
import { type Commander, OperatorDoor, type OperatorDoorProps } from './operator-door.ts';
import type { RoomFunction } from './room-function.ts';
import type { SituationReader } from './situation-reader.ts';
import { StatusFunction } from './status-function.ts';

/** A role's name, and who may assume it. */
export interface CommanderProps {
  /** Physical name: people type it. */
  readonly roleName: string;
  /** ARNs of roles, users or account roots. At least one. */
  readonly trustedPrincipals: readonly string[];
}

/** What whoever is on call needs, and who that is. */
export interface IncidentResponseProps {
  /** What is stopped, and by what. */
  readonly braking: IncidentFunctionProps;
  /** Where the room's situation is read. */
  readonly situation: SituationReader;
  /** What stands before the door. */
  readonly door: Omit<OperatorDoorProps, 'incident' | 'status' | 'audit' | 'commanders'>;
  /** May command everything. */
  readonly onCall: CommanderProps;
  /** Has to agree before a room is unfrozen. @default - nobody has to */
  readonly approver?: CommanderProps;
}

/** The door for whoever is on call, the function behind it, and the roles that may come in. */
export class IncidentResponse extends Construct {
  /** The door's address, without a slash at the end. */
  readonly url: string;
  /** Stops and mends the room. */
  readonly function: IncidentFunction;
  /** Everything that runs here. */
  readonly functions: readonly RoomFunction[];
  /** Who may command. */
  readonly onCall: IRole;

  constructor(scope: Construct, id: string, props: IncidentResponseProps) {
    super(scope, id);
    const { room } = props.braking.policy;
    const onCall = this.commander(
      'OnCall',
      props.onCall,
      `commands in the room ${room}, and reads no key and no message`,
    );
    const approver =
      props.approver && this.commander('Approver', props.approver, `agrees to unfreezing the room ${room}`);
    const { account } = Stack.of(this);
    this.function = new IncidentFunction(this, 'Function', {
      ...props.braking,
      commanders: {
        onCall: `${account}:${onCall[0]}`,
        ...(approver && { approver: `${account}:${approver[0]}` }),
      },
    });
    const commanders = approver ? [onCall, approver] : [onCall];
    const askers = commanders.map(([roleName]) => `${account}:${roleName}`);
    const status = new StatusFunction(this, 'Status', {
      ...props.braking,
      situation: props.situation,
      askers,
    });
    const audit = new AuditFunction(this, 'Audit', { ...props.braking, roomName: room, askers });
    this.functions = [this.function, status, audit];
    this.url = new OperatorDoor(this, 'Door', {
      ...props.door,
      incident: this.function,
      status,
      audit,
      commanders,
    }).url;
    for (const [, role] of commanders) this.letWatch(role, props.braking.policy);
    [, this.onCall] = onCall;
  }

  private commander(id: string, { roleName, trustedPrincipals }: CommanderProps, does: string): Commander {
    const role = new NamedRole(this, id, { roleName, description: `Keyroom: ${does}`, trustedPrincipals });
    return [roleName, role];
  }

  /**
   * The room's dashboard, and what its widgets show.
   *
   * Figures and alarms know no narrower resource: whoever may see one sees those of the account. They are numbers.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
   */
  private letWatch(role: IRole, { environment, room }: IncidentFunctionProps['policy']): void {
    const { partition, account } = Stack.of(this);
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['cloudwatch:GetDashboard'],
        resources: [`arn:${partition}:cloudwatch::${account}:dashboard/${dashboardName(environment, room)}`],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], resources: ['*'] }),
    );
  }
}
