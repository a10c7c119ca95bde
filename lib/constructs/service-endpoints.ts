import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Where the endpoints are, who may use them, and what they lead to. */
export interface ServiceEndpointsProps {
  /** The network. */
  readonly vpc: ec2.IVpc;
  /** Private subnets, one per zone. */
  readonly subnets: ec2.SubnetSelection;
  /** The only group that may reach the interface endpoint. */
  readonly clients: ec2.ISecurityGroup;
  /** Names of rooms' secrets start with it. */
  readonly secretNamePrefix: string;
  /** Names of rooms' tables start with it. */
  readonly tableNamePrefix: string;
}

/**
 * The ways to Secrets Manager and DynamoDB that never leave AWS.
 *
 * The policies speak of the account and of name prefixes: the endpoints are deployed before the rooms and cannot name
 * their secrets, tables and roles. What a room's own roles may do is the rooms' business; what these add is that
 * nothing in the network can carry a value to another account's secret or table.
 */
export class ServiceEndpoints extends Construct {
  /** Id of the Secrets Manager interface endpoint. */
  readonly secretsManagerEndpointId: string;

  constructor(scope: Construct, id: string, props: ServiceEndpointsProps) {
    super(scope, id);
    const secretsManager = props.vpc.addInterfaceEndpoint('SecretsManager', {
      service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      subnets: props.subnets,
      securityGroups: [this.endpointGroup(props)],
      open: false,
      privateDnsEnabled: true,
    });
    secretsManager.addToPolicy(
      this.ownAccountOnly(
        'secretsmanager',
        ['secret', `${props.secretNamePrefix}*`],
        [
          'secretsmanager:CancelRotateSecret',
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:RotateSecret',
          'secretsmanager:UpdateSecretVersionStage',
        ],
      ),
    );
    this.secretsManagerEndpointId = secretsManager.vpcEndpointId;
    props.vpc
      .addGatewayEndpoint('DynamoDb', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB })
      .addToPolicy(
        this.ownAccountOnly(
          'dynamodb',
          ['table', `${props.tableNamePrefix}*`],
          [
            'dynamodb:BatchGetItem',
            'dynamodb:DeleteItem',
            'dynamodb:GetItem',
            'dynamodb:PutItem',
            'dynamodb:Query',
            'dynamodb:UpdateItem',
          ],
        ),
      );
  }

  private endpointGroup(props: ServiceEndpointsProps): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Secrets Manager endpoint: HTTPS from the functions that send, nothing out',
      allowAllOutbound: false,
    });
    group.addIngressRule(props.clients, ec2.Port.HTTPS, 'functions that send');
    return group;
  }

  /** An endpoint policy has to name a principal; `*` with the account's condition is what AWS gives as the pattern. */
  private ownAccountOnly(
    service: string,
    [resource, resourceName]: [string, string],
    actions: string[],
  ): iam.PolicyStatement {
    const stack = Stack.of(this);
    const separator = service === 'secretsmanager' ? ':' : '/';
    return new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()],
      actions,
      resources: [
        `arn:${stack.partition}:${service}:${stack.region}:${stack.account}:${resource}${separator}${resourceName}`,
      ],
      conditions: { StringEquals: { 'aws:PrincipalAccount': stack.account } },
    });
  }
}
