import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { NamedRole } from './named-role.ts';
import { RecipientsFunction, type RecipientsFunctionProps } from './recipients-function.ts';

/** What recipients can ask of a room, and who answers them. */
export interface DataStewardshipProps {
  /** What is known of recipients, and by what. */
  readonly recipients: RecipientsFunctionProps;
  /** Name of the role that may do what recipients ask for. */
  readonly stewardRoleName: string;
  /** Who may assume that role. At least one. */
  readonly stewards: readonly string[];
}

/** The function that does what recipients ask for, and the role that may command it and nothing else. */
export class DataStewardship extends Construct {
  /** The function beside those of every room. */
  readonly function: RecipientsFunction;
  /** Who may command it. */
  readonly steward: IRole;

  constructor(scope: Construct, id: string, props: DataStewardshipProps) {
    super(scope, id);
    this.function = new RecipientsFunction(this, 'Recipients', props.recipients);
    const steward = new NamedRole(this, 'Steward', {
      roleName: props.stewardRoleName,
      description: `Keyroom: does what recipients ask of the room ${props.recipients.roomName}`,
      trustedPrincipals: props.stewards,
    });
    this.function.grantCommand(steward);
    this.steward = steward;
  }
}
