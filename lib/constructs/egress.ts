import type * as ec2 from 'aws-cdk-lib/aws-ec2';

/** The way out to a provider, whether the network is Keyroom's own or somebody else's. */
export interface IEgress {
  readonly vpc: ec2.IVpc;
  /** Private subnets, one per zone, whose route to the Internet ends in a fixed address. */
  readonly subnets: ec2.SubnetSelection;
  /** Lets out 443 and lets in nothing. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** Id of the Secrets Manager interface endpoint: values of secrets are read and written through it only. */
  readonly secretsManagerEndpointId: string;
  /** IPv4 addresses that sends leave from: what providers bind keys to. */
  readonly addresses: readonly string[];
}
