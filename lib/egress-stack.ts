import { Annotations, CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULTS } from './config/defaults.ts';
import type { EgressConfig, EnvironmentConfig, ExistingVpc } from './config/environment.ts';
import { egressHosts } from './config/hosts.ts';
import { dataRemovalPolicy } from './config/removal.ts';
import { DnsFirewall } from './constructs/dns-firewall.ts';
import { EgressNetwork } from './constructs/egress-network.ts';
import type { IEgress } from './constructs/egress.ts';
import { ExistingEgress } from './constructs/existing-egress.ts';

/** The environment whose way out it is. */
export interface EgressStackProps extends StackProps {
  /** The validated environment. */
  readonly config: EnvironmentConfig;
}

/**
 * The way out of one environment. It changes almost never, as providers are told its addresses, and every room of the
 * environment uses it.
 */
export class EgressStack extends Stack {
  readonly egress: IEgress;
  private readonly zones: readonly string[];

  constructor(scope: Construct, id: string, { config, ...props }: EgressStackProps) {
    super(scope, id, { ...props, description: `Keyroom ${config.name}: fixed addresses to the providers` });
    this.zones = config.availabilityZones;
    const { existingVpc } = config.egress ?? {};
    this.egress = existingVpc ? this.adopt(existingVpc) : this.create(config, config.egress ?? {});
    const { alsoAllowed = [] } = config.egress ?? {};
    if (alsoAllowed.length > 0) {
      new CfnOutput(this, 'AlsoAllowedAddresses', {
        description: 'Addresses that providers are to allow beside those, while addresses change; comma separated',
        value: alsoAllowed.join(','),
      });
    }
    new CfnOutput(this, 'EgressAddresses', {
      description: 'Addresses that sends leave from, comma separated: what a provider is told to expect',
      value: Fn.join(',', [...this.egress.addresses]),
    });
  }

  /** The configured zones: without this the CDK asks the account for its zones, and synth would not work offline. */
  override get availabilityZones(): string[] {
    return [...this.zones];
  }

  private create(config: EnvironmentConfig, { cidr, eipAllocationIds, eipAddresses }: EgressConfig): IEgress {
    const network = new EgressNetwork(this, 'Network', {
      cidr: cidr ?? DEFAULTS.cidr,
      availabilityZones: config.availabilityZones,
      elasticIps: eipAllocationIds?.map((allocationId, index) => ({
        allocationId,
        address: eipAddresses?.[index] ?? '',
      })),
      secretNamePrefix: `keyroom/${config.name}/`,
      // CloudFormation names a table after its stack.
      tableNamePrefix: `Keyroom-${config.name}-`,
      removalPolicy: dataRemovalPolicy(config),
    });
    const allowedHosts = egressHosts(config);
    new DnsFirewall(this, 'DnsFirewall', { vpc: network.vpc, allowedHosts });
    Annotations.of(this).addInfoV2(
      'keyroom:adding-a-provider-changes-egress',
      `the DNS firewall lets out ${allowedHosts.join(', ')}; adding a provider changes this stack: deploy it first`,
    );
    return network;
  }

  private adopt(vpc: ExistingVpc): IEgress {
    Annotations.of(this).addInfoV2(
      'keyroom:existing-network-brings-its-own-guards',
      `${vpc.vpcId} is not Keyroom's: its DNS firewall, endpoint policies and flow logs are its owner's to keep`,
    );
    return new ExistingEgress(this, 'Network', {
      vpcId: vpc.vpcId,
      cidr: vpc.cidr,
      availabilityZones: this.zones,
      privateSubnetIds: vpc.privateSubnetIds,
      secretsManagerEndpointId: vpc.secretsManagerEndpointId,
      addresses: vpc.egressAddresses,
    });
  }
}
