import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Where the group is made. */
export interface EgressSecurityGroupProps {
  /** The network. */
  readonly vpc: ec2.IVpc;
}

/**
 * The group of every function that talks to a provider: 443 out, nothing in.
 *
 * Which hosts 443 may reach is the DNS firewall's matter, as security groups know addresses only and providers sit
 * behind content delivery networks. Name resolution needs no rule: the VPC's resolver is outside security groups.
 */
export class EgressSecurityGroup extends ec2.SecurityGroup {
  constructor(scope: Construct, id: string, props: EgressSecurityGroupProps) {
    super(scope, id, {
      vpc: props.vpc,
      description: 'Functions that send: HTTPS out, nothing in',
      allowAllOutbound: false,
    });
    this.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'providers and AWS, over TLS');
  }
}
