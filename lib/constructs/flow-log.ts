import { type RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LogKey } from './log-key.ts';

export interface FlowLogProps {
  readonly vpc: ec2.Vpc;
  readonly removalPolicy: RemovalPolicy;
}

/** Who talked to whom, accepted and refused: where a stolen function would be seen calling home. Kept a year. */
export class FlowLog extends Construct {
  constructor(scope: Construct, id: string, props: FlowLogProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'LogGroup', {
      encryptionKey: new LogKey(this, 'Key', { removalPolicy: props.removalPolicy }),
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: props.removalPolicy,
    });
    props.vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup),
      trafficType: ec2.FlowLogTrafficType.ALL,
    });
  }
}
