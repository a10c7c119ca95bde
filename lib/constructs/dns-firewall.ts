import * as resolver from 'aws-cdk-lib/aws-route53resolver';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** A network and the names it may resolve. */
export interface DnsFirewallProps {
  /** The network it guards. */
  readonly vpc: ec2.IVpc;
  /** Exact host names that may be resolved; every other name does not exist. */
  readonly allowedHosts: readonly string[];
}

/**
 * Lets the network resolve a list of names and no others, so that code in it can neither call home nor smuggle data
 * out in look-ups.
 *
 * Providers sit behind content delivery networks whose names change, so an allowed name is trusted wherever its chain
 * of aliases leads. The resolver fails closed: when the firewall cannot answer, nothing resolves.
 */
export class DnsFirewall extends Construct {
  constructor(scope: Construct, id: string, props: DnsFirewallProps) {
    super(scope, id);
    const allowed = new resolver.CfnFirewallDomainList(this, 'Allowed', { domains: [...props.allowedHosts] });
    const everything = new resolver.CfnFirewallDomainList(this, 'Everything', { domains: ['*'] });
    const rules = new resolver.CfnFirewallRuleGroup(this, 'Resource', {
      firewallRules: [
        {
          priority: 100,
          action: 'ALLOW',
          firewallDomainListId: allowed.attrId,
          firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN',
        },
        { priority: 200, action: 'BLOCK', blockResponse: 'NXDOMAIN', firewallDomainListId: everything.attrId },
      ],
    });
    new resolver.CfnFirewallRuleGroupAssociation(this, 'Association', {
      vpcId: props.vpc.vpcId,
      firewallRuleGroupId: rules.attrId,
      // 101 to 9900; the first after what AWS keeps for Firewall Manager.
      priority: 101,
    });
  }
}
