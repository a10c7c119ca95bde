import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EgressSecurityGroup } from './egress-security-group.ts';
import type { IEgress } from './egress.ts';

export interface ExistingEgressProps {
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZones: readonly string[];
  /** One per zone, in the zones' order. */
  readonly privateSubnetIds: readonly string[];
  readonly secretsManagerEndpointId: string;
  readonly addresses: readonly string[];
}

/** Somebody else's network: a security group is added to it, nothing else is created or changed. */
export class ExistingEgress extends Construct implements IEgress {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
  readonly securityGroup: ec2.SecurityGroup;
  readonly secretsManagerEndpointId: string;
  readonly addresses: readonly string[];

  constructor(scope: Construct, id: string, props: ExistingEgressProps) {
    super(scope, id);
    this.vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: props.vpcId,
      vpcCidrBlock: props.cidr,
      availabilityZones: [...props.availabilityZones],
      privateSubnetIds: [...props.privateSubnetIds],
    });
    this.securityGroup = new EgressSecurityGroup(this, 'SecurityGroup', { vpc: this.vpc });
    this.secretsManagerEndpointId = props.secretsManagerEndpointId;
    this.addresses = props.addresses;
  }
}
