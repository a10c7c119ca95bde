import { AnyPrincipal, ArnPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** API Gateway's limit for a resource policy, in bytes. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const MAX_POLICY_BYTES = 8192;

/** Who may call what, and from where. */
export interface DoorPolicyProps {
  /** Name of the statement that lets them in. @default 'AppsOfThisRoom' */
  readonly sid?: string;
  /** Their roles, as text: their number is limited by the size of what is written here. */
  readonly roleArns: readonly string[];
  /** `<stage>/<method>/<path>` of everything they may call. */
  readonly operations: readonly string[];
  /**
   * Networks (CIDR) to accept calls from.
   *
   * @default - every network: the signature alone decides
   */
  readonly callerNetworks?: readonly string[];
}

/**
 * Who may come to a door: the named roles, and nobody else whatever their own policies say.
 *
 * Within one account an Allow on either side is enough, so the first Deny is what keeps out an administrator whose
 * policy allows everything.
 *
 * @throws Error when there are more apps than fit
 */
export const doorPolicy = ({
  sid = 'AppsOfThisRoom',
  roleArns,
  operations,
  callerNetworks,
}: DoorPolicyProps): PolicyDocument => {
  const resources = operations.map((operation) => `execute-api:/${operation}`);
  const document = new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid,
        principals: roleArns.map((arn) => new ArnPrincipal(arn)),
        actions: ['execute-api:Invoke'],
        resources,
      }),
      deny('NobodyElse', { ArnNotEquals: { 'aws:PrincipalArn': [...roleArns] } }),
      ...(callerNetworks?.length ? [otherNetworks(callerNetworks)] : []),
    ],
  });
  const bytes = Buffer.byteLength(JSON.stringify(document.toJSON()));
  if (bytes > MAX_POLICY_BYTES) {
    throw new Error(
      `the door's policy must be at most ${MAX_POLICY_BYTES} bytes, got ${bytes} for ${roleArns.length} apps; ` +
        'give some of the apps a room of their own',
    );
  }
  return document;
};

/**
 * From where one may come to a door with an authorizer, which decides who may come in.
 *
 * Deny alone: beside an authorizer, an Allow of the policy would be enough by itself.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export const keyDoorPolicy = (callerNetworks: readonly string[]): PolicyDocument =>
  new PolicyDocument({ statements: [otherNetworks(callerNetworks)] });

const otherNetworks = (callerNetworks: readonly string[]): PolicyStatement =>
  deny('OtherNetworks', { NotIpAddress: { 'aws:SourceIp': [...callerNetworks] } });

const deny = (sid: string, conditions: Record<string, Record<string, string[]>>): PolicyStatement =>
  new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
    conditions,
  });
