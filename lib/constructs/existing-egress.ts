import { Annotations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EgressSecurityGroup } from './egress-security-group.ts';
import type { IEgress } from './egress.ts';

/** What has to be known about a network that is not looked up. */
export interface ExistingEgressProps {
  /** Id of the network. */
  readonly vpcId: string;
  /** IPv4 network. */
  readonly cidr: string;
  /** Two zones, in the subnets' order. */
  readonly availabilityZones: readonly string[];
  /** One per zone, in the zones' order. */
  readonly privateSubnetIds: readonly string[];
  /** Id of the Secrets Manager interface endpoint. */
  readonly secretsManagerEndpointId: string;
  /** IPv4 addresses that sends leave from. */
  readonly addresses: readonly string[];
}

/** Somebody else's network: a security group is added to it, nothing else is created or changed. */
export class ExistingEgress extends Construct implements IEgress {
  /** The network. */
  readonly vpc: ec2.IVpc;
  /** Private subnets, one per zone. */
  readonly subnets: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
  /** Lets out 443 and lets in nothing. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** Id of the Secrets Manager interface endpoint. */
  readonly secretsManagerEndpointId: string;
  /** IPv4 addresses that sends leave from. */
  readonly addresses: readonly string[];

  constructor(scope: Construct, id: string, props: ExistingEgressProps) {
    super(scope, id);
    this.vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: props.vpcId,
      vpcCidrBlock: props.cidr,
      availabilityZones: [...props.availabilityZones],
      privateSubnetIds: [...props.privateSubnetIds],
    });
    // Route tables stay their owner's: nothing here adds a route.
    Annotations.of(this.vpc).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
    this.securityGroup = new EgressSecurityGroup(this, 'SecurityGroup', { vpc: this.vpc });
    this.secretsManagerEndpointId = props.secretsManagerEndpointId;
    this.addresses = props.addresses;
  }
}
