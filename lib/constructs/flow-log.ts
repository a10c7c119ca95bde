import { type RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LogKey } from './log-key.ts';
import { RoomRole } from './room-role.ts';

/** The network to watch, and how long its log lives. */
export interface FlowLogProps {
  /** The network. */
  readonly vpc: ec2.IVpc;
  /** What becomes of data and logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/** Who talked to whom, accepted and refused: where a stolen function would be seen calling home. Kept a year. */
export class FlowLog extends Construct {
  constructor(scope: Construct, id: string, props: FlowLogProps) {
    super(scope, id);
    // Without data protection: a record holds addresses, ports and counts, and never what was said.
    const logGroup = new logs.LogGroup(this, 'LogGroup', {
      encryptionKey: new LogKey(this, 'Key', { removalPolicy: props.removalPolicy }),
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: props.removalPolicy,
    });
    const role = new RoomRole(this, 'Role', {
      description: 'Keyroom: writes the flow log of the network',
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com'),
    });
    props.vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup, role),
      trafficType: ec2.FlowLogTrafficType.ALL,
    });
  }
}
