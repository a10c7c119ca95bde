import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV, recipientsFunctionName } from '../../lambda/recipients/contract.ts';
import type { IEgress } from './egress.ts';
import type { Ledger } from './ledger.ts';
import type { Pepper } from './pepper.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What is known of recipients, and by what. */
export interface RecipientsFunctionProps extends RoomFunctionProps {
  /** Name of the environment. */
  readonly environmentName: string;
  /** Name of the room. */
  readonly roomName: string;
  /** The network with the endpoint that the pepper is read through. */
  readonly egress: IEgress;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Keys the hashes of numbers. */
  readonly pepper: Pepper;
  /** Where what people write comes in, without its last part. @default - nowhere */
  readonly inboundUrl?: string;
}

/**
 * Enters and lifts opt-outs, and forgets recipients, for whoever may command it.
 *
 * Inside the network: the pepper is read through its endpoint only.
 */
export class RecipientsFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: RecipientsFunctionProps) {
    super(scope, id, props, {
      name: 'recipients',
      functionName: recipientsFunctionName(props.environmentName, props.roomName),
      description: `Keyroom: keeps what the room ${props.roomName} knows of recipients`,
      timeout: Duration.seconds(30),
      memorySizeMiB: 256,
      egress: props.egress,
      environment: {
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.pepperSecretArn]: props.pepper.secretArn,
        ...(props.inboundUrl !== undefined && { [ENV.inboundUrl]: props.inboundUrl }),
      },
    });
    // A message is erased, never deleted: its idempotency key must hold.
    props.ledger.grant(this.role, {
      recipient: ['DeleteItem', 'GetItem', 'UpdateItem'],
      message: ['GetItem', 'UpdateItem'],
    });
    props.ledger.grantFindByNumber(this.role);
    props.pepper.grantUse(this.role);
  }

  /** Asking the function about a recipient. */
  grantCommand(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
  }
}
