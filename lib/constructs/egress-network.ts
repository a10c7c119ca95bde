import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EgressSecurityGroup } from './egress-security-group.ts';
import type { IEgress } from './egress.ts';
import { FlowLog } from './flow-log.ts';
import { ServiceEndpoints } from './service-endpoints.ts';

/** Where the network lies, which addresses it leaves from, and what its endpoints lead to. */
export interface EgressNetworkProps {
  /** IPv4 network, /16 to /26. */
  readonly cidr: string;
  /** Two zones. */
  readonly availabilityZones: readonly string[];
  /**
   * Existing Elastic IPs, one per zone.
   *
   * @default - two new ones, which outlive the stack
   */
  readonly elasticIps?: readonly ElasticIp[];
  /** Names of rooms' secrets start with it. */
  readonly secretNamePrefix: string;
  /** Names of rooms' tables start with it. */
  readonly tableNamePrefix: string;
  /** What happens to flow logs and their key when the stack goes. Addresses always stay. */
  readonly removalPolicy: RemovalPolicy;
}

/** An Elastic IP as the network needs it. */
export interface ElasticIp {
  readonly allocationId: string;
  readonly address: string;
}

/**
 * A network whose only way out is a NAT gateway per zone, each on an address that outlives the stack.
 *
 * Two gateways, so that the loss of a zone costs no sends; two addresses, so that providers know both beforehand.
 */
export class EgressNetwork extends Construct implements IEgress {
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

  constructor(scope: Construct, id: string, props: EgressNetworkProps) {
    super(scope, id);
    const elasticIps = props.elasticIps ?? props.availabilityZones.map((_, index) => this.newElasticIp(index));
    this.addresses = elasticIps.map(({ address }) => address);
    this.vpc = new ec2.Vpc(this, 'Resource', {
      ipAddresses: ec2.IpAddresses.cidr(props.cidr),
      availabilityZones: [...props.availabilityZones],
      natGateways: elasticIps.length,
      natGatewayProvider: ec2.NatProvider.gateway({
        eipAllocationIds: elasticIps.map(({ allocationId }) => allocationId),
      }),
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
      // The CDK would empty the default group with a function that may change any group; nothing uses the group.
      restrictDefaultSecurityGroup: false,
    });
    this.securityGroup = new EgressSecurityGroup(this, 'SecurityGroup', { vpc: this.vpc });
    const endpoints = new ServiceEndpoints(this, 'Endpoints', {
      vpc: this.vpc,
      subnets: this.subnets,
      clients: this.securityGroup,
      secretNamePrefix: props.secretNamePrefix,
      tableNamePrefix: props.tableNamePrefix,
    });
    this.secretsManagerEndpointId = endpoints.secretsManagerEndpointId;
    new FlowLog(this, 'FlowLog', { vpc: this.vpc, removalPolicy: props.removalPolicy });
  }

  private newElasticIp(index: number): ElasticIp {
    const elasticIp = new ec2.CfnEIP(this, `Address${index + 1}`, { domain: 'vpc' });
    // Providers and keys are bound to the address: a rebuilt stack adopts it instead of asking for another.
    // Not one that was never used, or a few failed first deployments would use up the account's addresses.
    elasticIp.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return { allocationId: elasticIp.attrAllocationId, address: elasticIp.attrPublicIp };
  }
}
