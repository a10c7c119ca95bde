import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { PRODUCTION } from '../../../lib/config/production.ts';
import { createStacks } from '../../../lib/environment-stacks.ts';
import { environment } from '../support/config.ts';
import { actionsOf, resource, resources, roleStatements, type Statement } from '../support/policy.ts';
import { createApp, productionTemplates, synthesize } from '../support/synth.ts';

const egress = () => productionTemplates().egress;
const endpoint = (id: RegExp) => resource(egress(), 'AWS::EC2::VPCEndpoint', id).Properties;
const statements = (id: RegExp) => (endpoint(id).PolicyDocument as { Statement: Statement[] }).Statement;
const addresses = (template = egress()) =>
  template.findOutputs('EgressAddresses').EgressAddresses as { Value: unknown };

describe('EgressNetwork', () => {
  test('has a NAT gateway in each of its two zones, on an address that outlives the stack', () => {
    const gateways = resources(egress(), 'AWS::EC2::NatGateway').map(([, { Properties }]) => Properties);
    expect(new Set(gateways.map(({ SubnetId }) => JSON.stringify(SubnetId))).size).toBe(2);
    expect(gateways.map(({ AllocationId }) => AllocationId)).toEqual([
      { 'Fn::GetAtt': [expect.stringMatching(/^NetworkAddress1/), 'AllocationId'] },
      { 'Fn::GetAtt': [expect.stringMatching(/^NetworkAddress2/), 'AllocationId'] },
    ]);
    const ips = resources(egress(), 'AWS::EC2::EIP');
    expect(ips.map(([, { DeletionPolicy }]) => DeletionPolicy)).toEqual([
      'RetainExceptOnCreate',
      'RetainExceptOnCreate',
    ]);
    const zones = resources(egress(), 'AWS::EC2::Subnet', /Private/).map(
      ([, { Properties }]) => Properties.AvailabilityZone,
    );
    expect(zones).toEqual(['eu-central-1a', 'eu-central-1b']);
  });

  test("sends each private subnet's traffic through the gateway of its own zone", () => {
    const routes = resources(egress(), 'AWS::EC2::Route', /PrivateSubnet/).map(
      ([, { Properties }]) => Properties.NatGatewayId,
    );
    expect(routes).toEqual([
      { Ref: expect.stringMatching(/PublicSubnet1NATGateway/) as unknown },
      { Ref: expect.stringMatching(/PublicSubnet2NATGateway/) as unknown },
    ]);
  });

  test('says which addresses it leaves from', () => {
    const address = (n: number) => ({
      'Fn::GetAtt': [expect.stringMatching(`^NetworkAddress${n}`) as unknown, 'PublicIp'],
    });
    expect(addresses().Value).toEqual({ 'Fn::Join': [',', [address(1), address(2)]] });
  });

  test('adopts Elastic IPs and makes none', () => {
    const { egress: adopted } = synthesize(
      environment({
        egress: {
          eipAllocationIds: ['eipalloc-0123456789abcdef0', 'eipalloc-0123456789abcdef1'],
          eipAddresses: ['192.0.2.1', '192.0.2.2'],
        },
      }),
    );
    adopted.resourceCountIs('AWS::EC2::EIP', 0);
    const gateways = resources(adopted, 'AWS::EC2::NatGateway').map(([, { Properties }]) => Properties.AllocationId);
    expect(gateways).toEqual(['eipalloc-0123456789abcdef0', 'eipalloc-0123456789abcdef1']);
    expect(addresses(adopted).Value).toBe('192.0.2.1,192.0.2.2');
  });

  test('lets functions out on 443 and nothing in', () => {
    const group = resource(egress(), 'AWS::EC2::SecurityGroup', /^NetworkSecurityGroup/).Properties;
    expect(group.SecurityGroupEgress).toEqual([
      {
        CidrIp: '0.0.0.0/0',
        Description: 'providers and AWS, over TLS',
        FromPort: 443,
        ToPort: 443,
        IpProtocol: 'tcp',
      },
    ]);
    expect(group).not.toHaveProperty('SecurityGroupIngress');
    expect(resources(egress(), 'AWS::EC2::SecurityGroupIngress')).toHaveLength(1);
  });

  test('reaches Secrets Manager through an endpoint for this account and these secrets', () => {
    expect(endpoint(/SecretsManager/)).toMatchObject({ VpcEndpointType: 'Interface', PrivateDnsEnabled: true });
    expect(statements(/SecretsManager/)).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'secretsmanager:CancelRotateSecret',
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:RotateSecret',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        Resource: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:keyroom/production/*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': '111111111111' } },
      },
    ]);
  });

  test('reaches DynamoDB through an endpoint for this account and these tables', () => {
    expect(endpoint(/DynamoDb/)).toMatchObject({ VpcEndpointType: 'Gateway' });
    expect(statements(/DynamoDb/)).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'dynamodb:BatchGetItem',
          'dynamodb:DeleteItem',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:Query',
          'dynamodb:UpdateItem',
        ],
        Resource: 'arn:aws:dynamodb:eu-central-1:111111111111:table/Keyroom-production-*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': '111111111111' } },
      },
    ]);
  });

  test('resolves the providers of the rooms and four AWS hosts, and nothing else', () => {
    const lists = resources(egress(), 'AWS::Route53Resolver::FirewallDomainList').map(
      ([, { Properties }]) => Properties.Domains,
    );
    expect(lists).toEqual([
      [
        'api.d7networks.com',
        'api.infobip.com',
        'dynamodb.eu-central-1.amazonaws.com',
        'events.eu-central-1.amazonaws.com',
        'secretsmanager.eu-central-1.amazonaws.com',
        'sqs.eu-central-1.amazonaws.com',
      ],
      ['*'],
    ]);
    expect(resource(egress(), 'AWS::Route53Resolver::FirewallRuleGroup').Properties.FirewallRules).toMatchObject([
      { Priority: 100, Action: 'ALLOW', FirewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN' },
      { Priority: 200, Action: 'BLOCK', BlockResponse: 'NXDOMAIN' },
    ]);
    egress().resourceCountIs('AWS::Route53Resolver::FirewallRuleGroupAssociation', 1);
  });

  test('logs who talks to whom, encrypted, for a year', () => {
    expect(resource(egress(), 'AWS::EC2::FlowLog').Properties).toMatchObject({ TrafficType: 'ALL' });
    expect(resource(egress(), 'AWS::Logs::LogGroup').Properties).toMatchObject({
      RetentionInDays: 365,
      KmsKeyId: expect.anything() as unknown,
    });
  });

  test('says at synth that another provider changes it', () => {
    const { egress: stack } = createStacks(createApp(), PRODUCTION);
    Annotations.fromStack(stack).hasInfo(
      '*',
      Match.stringLikeRegexp(String.raw`api\.infobip\.com.*adding a provider changes this stack: deploy it first`),
    );
  });
});

describe('functions inside the network', () => {
  test('are let through the DynamoDB endpoint with what one of them does, and no more', () => {
    const done = ['Send', 'ListMessages', 'RotateKey'].flatMap((name) =>
      roleStatements(productionTemplates().rooms.otp!, new RegExp(`^${name}RoleRights`)).flatMap(actionsOf),
    );
    const letThrough = statements(/DynamoDb/).flatMap(actionsOf);
    expect(letThrough).toEqual([...new Set(done.filter((action) => action.startsWith('dynamodb:')))].sort());
  });

  test.each(['Send', 'ListMessages', 'RotateKey'])(
    '%s is in the private subnets and in the group that lets out 443',
    (name) => {
      const fn = resource(
        productionTemplates().rooms.otp!,
        'AWS::Lambda::Function',
        new RegExp(`^${name}[0-9A-F]{8}$`),
      );
      expect(fn.Properties.VpcConfig).toEqual({
        SubnetIds: [1, 2].map((n) => ({ 'Fn::ImportValue': expect.stringContaining(`PrivateSubnet${n}`) as unknown })),
        SecurityGroupIds: [{ 'Fn::ImportValue': expect.stringContaining('NetworkSecurityGroup') as unknown }],
      });
    },
  );

  test.each(['Query', 'Apps'])('%s talks to none and works without the network', (name) => {
    const fn = resource(productionTemplates().rooms.otp!, 'AWS::Lambda::Function', new RegExp(`^${name}[0-9A-F]{8}$`));
    expect(fn.Properties).not.toHaveProperty('VpcConfig');
  });
});

describe('ExistingEgress', () => {
  const existing = () =>
    synthesize(
      environment({
        egress: {
          existingVpc: {
            vpcId: 'vpc-0123456789abcdef0',
            cidr: '10.0.0.0/16',
            privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
            secretsManagerEndpointId: 'vpce-0123456789abcdef0',
            egressAddresses: ['192.0.2.1', '192.0.2.2'],
          },
        },
      }),
    );

  test('adds a security group and nothing else', () => {
    const { Resources } = existing().egress.toJSON() as { Resources: Record<string, { Type: string }> };
    expect(Object.values(Resources).map(({ Type }) => Type)).toEqual(['AWS::EC2::SecurityGroup']);
  });

  test('is where the functions send from, and the only endpoint that secrets are read through', () => {
    const { rooms, egress: stack } = existing();
    const template = JSON.stringify(rooms.otp!.toJSON());
    expect(template).toContain('subnet-0123456789abcdef1');
    expect(template).toContain('{"StringNotEquals":{"aws:SourceVpce":"vpce-0123456789abcdef0"}}');
    expect(addresses(stack).Value).toBe('192.0.2.1,192.0.2.2');
  });
});

describe('a change of addresses', () => {
  const EIPS = {
    eipAllocationIds: ['eipalloc-0123456789abcdef0', 'eipalloc-0123456789abcdef1'],
    eipAddresses: ['192.0.2.1', '192.0.2.2'],
  } as const;
  const OLD = ['198.51.100.1', '198.51.100.2'];
  const variables = (template: Template) =>
    (
      resource(template, 'AWS::Lambda::Function', /^RotateKey[0-9A-F]{8}$/).Properties.Environment as {
        Variables: Record<string, unknown>;
      }
    ).Variables;
  const exportsOf = (template: Template): string[] =>
    Object.values(template.findOutputs('*') as Record<string, { Export?: { Name: string } }>).flatMap(
      ({ Export }) => Export?.Name ?? [],
    );
  const importsOf = (template: Template): string[] =>
    [...JSON.stringify(template.toJSON()).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name!);

  test('has rooms bind keys to the addresses to come as well, and says apart what is in use', () => {
    const { egress: stack, rooms } = synthesize(environment({ egress: { ...EIPS, alsoAllowed: OLD } }));
    expect(variables(rooms.otp!)).toMatchObject({
      EGRESS_ADDRESSES: '192.0.2.1,192.0.2.2',
      ALSO_ALLOWED_ADDRESSES: '198.51.100.1,198.51.100.2',
    });
    expect(addresses(stack).Value).toBe('192.0.2.1,192.0.2.2');
    expect(stack.findOutputs('AlsoAllowedAddresses')).toMatchObject({
      AlsoAllowedAddresses: { Value: '198.51.100.1,198.51.100.2' },
    });
  });

  test('leaves no trace of the second list where there is none', () => {
    const { egress: stack, rooms } = synthesize(environment());
    expect(variables(rooms.otp!)).not.toHaveProperty('ALSO_ALLOWED_ADDRESSES');
    expect(stack.findOutputs('AlsoAllowedAddresses')).toEqual({});
  });

  // CloudFormation neither deletes nor changes an export that another stack imports.
  test('from created addresses to adopted ones works with the rooms first, and not with the network first', () => {
    const before = synthesize(environment({ egress: { alsoAllowed: [...EIPS.eipAddresses] } }));
    const after = synthesize(environment({ egress: { ...EIPS, alsoAllowed: OLD } }));
    const stillNeeded = importsOf(before.rooms.otp!);
    expect(stillNeeded.some((name) => !exportsOf(after.egress).includes(name))).toBe(true);
    const needed = importsOf(after.rooms.otp!);
    expect(needed.length).toBeGreaterThan(0);
    expect(exportsOf(before.egress)).toEqual(expect.arrayContaining(needed));
    expect(exportsOf(after.egress)).toEqual(expect.arrayContaining(needed));
  });
});
