import { BlockList, isIPv4 } from 'node:net';
import * as check from './checks.ts';
import type { EgressConfig, ExistingVpc } from './environment.ts';

const ALLOCATION_ID = /^eipalloc-[0-9a-f]{8,17}$/;

/** What is wrong with the way out. */
export const egressProblems = (egress: EgressConfig): check.Problems => [
  // Four subnets of at least /28 (AWS's smallest) need a /26; AWS's largest network is a /16.
  ...check.cidr('egress.cidr', egress.cidr, 16, 26),
  ...elasticIpProblems(egress),
  ...alsoAllowedProblems(egress),
  ...(egress.existingVpc ? existingVpcProblems(egress, egress.existingVpc) : []),
];

const elasticIpProblems = ({ eipAllocationIds: ids, eipAddresses: addresses }: EgressConfig): check.Problems => {
  if (ids === undefined) {
    return addresses === undefined ? [] : ['egress.eipAddresses: is allowed with egress.eipAllocationIds only'];
  }
  const two = (where: string, values: readonly string[]): check.Problems =>
    values.length === 2 && values[0] !== values[1]
      ? []
      : [`${where}: must be two different values, one per zone, got ${values.length}`];
  return [
    ...two('egress.eipAllocationIds', ids),
    ...ids
      .filter((id) => !ALLOCATION_ID.test(id))
      .map((id) => `egress.eipAllocationIds: must be allocation ids (eipalloc-…), ${check.got(id)}`),
    ...(addresses === undefined
      ? ['egress.eipAddresses: must give the addresses behind egress.eipAllocationIds, got nothing']
      : [
          ...two('egress.eipAddresses', addresses),
          ...addresses.flatMap((address) => check.ipv4('egress.eipAddresses', address)),
        ]),
  ];
};

/** Networks no provider ever sees a call from: RFC 1918, RFC 6598, loopback and link-local. */
const NEVER_SEEN = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const) {
  NEVER_SEEN.addSubnet(network, prefix);
}

/** Each is one rule at the provider; and an environment variable of Lambda's 4 KB holds them. */
const MAX_ALSO_ALLOWED = 10;

const alsoAllowedProblems = ({ alsoAllowed = [], eipAddresses, existingVpc }: EgressConfig): check.Problems => {
  const where = 'egress.alsoAllowed';
  const inUse: readonly string[] = [...(eipAddresses ?? []), ...(existingVpc?.egressAddresses ?? [])];
  return [
    ...(alsoAllowed.length <= MAX_ALSO_ALLOWED
      ? []
      : [`${where}: must name at most ${MAX_ALSO_ALLOWED} addresses, got ${alsoAllowed.length}`]),
    ...alsoAllowed.flatMap((address) => check.ipv4(where, address)),
    ...check
      .duplicates(alsoAllowed)
      .map((address) => `${where}: must name each address once, ${check.got(address)} twice`),
    ...alsoAllowed
      .filter((address) => inUse.includes(address))
      .map((address) => `${where}: must differ from the addresses in use, ${check.got(address)}`),
    ...alsoAllowed
      .filter((address) => isIPv4(address) && NEVER_SEEN.check(address))
      .map((address) => `${where}: must be public addresses, as a provider sees them, ${check.got(address)}`),
  ];
};

const existingVpcProblems = (egress: EgressConfig, vpc: ExistingVpc): check.Problems => {
  const id = (where: string, value: string, prefix: string): check.Problems =>
    new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(value)
      ? []
      : [`egress.existingVpc.${where}: must be an id of the form ${prefix}-…, ${check.got(value)}`];
  const subnets: readonly string[] = vpc.privateSubnetIds;
  return [
    ...(egress.cidr === undefined && egress.eipAllocationIds === undefined
      ? []
      : ['egress.existingVpc: excludes egress.cidr and egress.eipAllocationIds, which are for a network of its own']),
    ...id('vpcId', vpc.vpcId, 'vpc'),
    ...id('secretsManagerEndpointId', vpc.secretsManagerEndpointId, 'vpce'),
    ...subnets.flatMap((subnet) => id('privateSubnetIds', subnet, 'subnet')),
    ...(subnets.length === 2 && subnets[0] !== subnets[1]
      ? []
      : [`egress.existingVpc.privateSubnetIds: must be two different subnets, one per zone, got ${subnets.length}`]),
    ...check.cidr('egress.existingVpc.cidr', vpc.cidr, 16, 28),
    ...(vpc.egressAddresses.length > 0
      ? []
      : ['egress.existingVpc.egressAddresses: must name at least one address, got none']),
    ...vpc.egressAddresses.flatMap((address) => check.ipv4('egress.existingVpc.egressAddresses', address)),
    ...check
      .duplicates(vpc.egressAddresses)
      .map((address) => `egress.existingVpc.egressAddresses: must name each address once, ${check.got(address)} twice`),
  ];
};
