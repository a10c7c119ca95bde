import { type App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of checkers that are right about the template and wrong about the risk. */
export interface Acknowledgement {
  /** Why it is so. */
  readonly reason: string;
  /** What is done instead. */
  readonly control: string;
  /** The test that fails when the control goes, as a path below `test/lib`. */
  readonly test: string;
  /**
   * The findings: ids of rules as the checkers report them, and the paths of constructs below their stack, as narrow
   * as can be. In an id `{…}` is filled in from the stack, in a path `*` is one name.
   */
  readonly findings: readonly { readonly rules: readonly string[]; readonly constructs: readonly string[] }[];
}

const NIST = 'NIST.800.53.R5-';
const STAGES = [
  'AppDoor/Resource/DeploymentStage.live/Resource',
  'AppKeys/Door/Resource/DeploymentStage.keyed/Resource',
  'Receipts/Door/Resource/DeploymentStage.receipts/Resource',
  'Incident/Door/Resource/DeploymentStage.operator/Resource',
];
const RECEIPT = ['receipts', 'inbound'].map((way) => `Receipts/Door/Resource/Default/v1/${way}/{path}/POST/Resource`);
const METHODS = ['AppDoor', 'AppKeys/Door'].flatMap((door) =>
  ['messages/GET', 'messages/POST', 'messages/{id}/GET', 'usage/GET'].map(
    (method) => `${door}/Resource/Default/v1/${method}/Resource`,
  ),
);
const OPERATIONS = ['jobs/POST', 'jobs/{id}/GET', 'status/GET', 'audit/GET'].map(
  (method) => `Incident/Door/Resource/Default/v1/${method}/Resource`,
);
const COMMANDERS = ['OnCall', 'Approver'].map((role) => `Incident/${role}/Rights/Resource`);
const LOOK_AT_FIGURES = [
  ...COMMANDERS,
  ...['Incident/Status', 'PageTexts/Function'].map((path) => `${path}/Role/Rights/Resource`),
];
const FUNCTIONS_INSIDE = [
  'ListMessages',
  'ReadRecords',
  'Retry',
  'RotateKey',
  'Send',
  'AppKeys/Authorizer',
  'AppKeys/Issuing',
  'DataStewardship/Recipients',
  'Receipts/Checking',
  'Receipts/Inbound',
];
const OTHER_FUNCTIONS = [
  'Apps',
  'Incident/Audit',
  'Incident/Function',
  'Incident/Status',
  'Operation/Redrive',
  'PageTexts/Function',
  'PublishEvents',
  'Query',
  'Receipts/Taking',
  'Reconcile',
  'SweepLedger',
  'Watch',
  'Tripwires/Witness',
];
const NETWORK = 'Network/Resource';

/** Every finding that is let pass. There are seven reasons; an eighth needs a better argument than these. */
export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    reason: 'Execution logs would hold what apps send: numbers, texts and signatures.',
    control: 'The access log says who called what and how it ended, from declared fields only.',
    test: 'constructs/app-door.test.ts',
    findings: [{ rules: ['AwsSolutions-APIG6', `${NIST}APIGWExecutionLoggingEnabled`], constructs: STAGES }],
  },
  {
    reason:
      'Apps are no users: they sign as IAM roles or come with a key, and the gateway signs its calls of functions. No ' +
      'server behind it could ask for a certificate, and no two callers may share an answer. A provider can sign as no ' +
      'role, and none names the addresses that it gives receipts from.',
    control:
      "Every method of the apps demands AWS_IAM, where the door's policy refuses all but their roles, or asks the " +
      'authorizer. A receipt comes by a path that only the provider was told, and changes nothing unconfirmed; so does ' +
      'what people write, which reaches no message and can only opt people out, or in again who did so by word.',
    test: 'constructs/app-door.test.ts',
    findings: [
      { rules: ['AwsSolutions-COG4'], constructs: [...METHODS, ...OPERATIONS, ...RECEIPT] },
      { rules: ['AwsSolutions-APIG4'], constructs: RECEIPT },
      { rules: [`${NIST}APIGWSSLEnabled`, `${NIST}APIGWCacheEnabledAndEncrypted`], constructs: STAGES },
    ],
  },
  {
    reason:
      'No narrower resource exists: network interfaces have no ARN before Lambda makes them, figures and alarms know ' +
      'none, and the id of a message or of a job is not known before it is there.',
    control:
      "The function's own code is denied the network actions; the query function answers 404 for another app's message; " +
      'whoever is on call may see figures, and jobs of the room.',
    test: 'constructs/room-function.test.ts',
    findings: [
      {
        rules: ['AwsSolutions-IAM5[Resource::*]'],
        constructs: [...FUNCTIONS_INSIDE.map((path) => `${path}/Role/Rights/Resource`), ...LOOK_AT_FIGURES],
      },
      {
        rules: [
          'AwsSolutions-IAM5[Resource::arn:{partition}:execute-api:{region}:{account}:<{door}>/live/GET/v1/messages/*]',
        ],
        constructs: ['AppDoor/*/Rights/Resource'],
      },
      {
        rules: [
          'AwsSolutions-IAM5[Resource::arn:{partition}:execute-api:{region}:{account}:<{operatorDoor}>/operator/GET/v1/jobs/*]',
        ],
        constructs: COMMANDERS,
      },
    ],
  },
  {
    reason:
      'These secrets are not for the calendar: a person replaces what manages keys, the inbox is emptied after each ' +
      'import, with another pepper no message sent before could be found, and the decoy opens nothing.',
    control: 'The key that sends is rotated by schedule, and an alarm watches its age.',
    test: 'constructs/rotation-schedule.test.ts',
    findings: [
      {
        rules: ['AwsSolutions-SMG4', `${NIST}SecretsManagerRotationEnabled`],
        constructs: [
          'ProviderKey/Managing/Resource',
          'Inbox/Secret/Resource',
          'Pepper/Secret/Resource',
          'Receipts/Key/Secret/Resource',
          'PageTexts/Subscribers/Secret/Resource',
          'Tripwires/Decoy/Resource',
        ],
      },
    ],
  },
  {
    reason: 'A ledger restored from last night would forget what was sent since, and send it again.',
    control: 'Point-in-time recovery over 7 days, deletion protection, and a table that outlives its stack.',
    test: 'constructs/ledger.test.ts',
    findings: [{ rules: [`${NIST}DynamoDBInBackupPlan`], constructs: ['Ledger/Resource/Resource'] }],
  },
  {
    reason:
      'Whoever calls these functions waits for the answer, so a failed call is known and must not run again later, but ' +
      "for the pollers of the retry queues and of the ledger's stream, whose dead letters need none in turn; " +
      'and a reserved concurrency would refuse messages, while setting it to zero is how an incident stops a function.',
    control: 'The door throttles, failures page somebody, and the next sweep does what a failed one left.',
    test: 'constructs/alarms.test.ts',
    findings: [
      {
        rules: [`${NIST}LambdaConcurrency`, `${NIST}LambdaDLQ`],
        constructs: [...FUNCTIONS_INSIDE, ...OTHER_FUNCTIONS].map((path) => `${path}/Resource/Resource`),
      },
      {
        rules: ['AwsSolutions-SQS3'],
        constructs: ['OnCall/Pages/Queue-drill/Resource', 'PublishEvents/DeadLetters/Resource'],
      },
    ],
  },
  {
    reason:
      'The network holds what calls a provider or reads a secret. Functions that do neither stay outside, so that they ' +
      'work when it does not; its public half holds NAT gateways only; its zones are named, so that synth needs no look-up.',
    control: 'Functions inside are in private subnets and in a group of their own, never in the default one.',
    test: 'constructs/egress-network.test.ts',
    findings: [
      { rules: [`${NIST}LambdaInsideVPC`], constructs: OTHER_FUNCTIONS.map((path) => `${path}/Resource/Resource`) },
      { rules: [`${NIST}VPCDefaultSecurityGroupClosed`], constructs: [`${NETWORK}/Resource`] },
      {
        rules: [`${NIST}VPCNoUnrestrictedRouteToIGW`],
        constructs: [`${NETWORK}/PublicSubnet1/DefaultRoute`, `${NETWORK}/PublicSubnet2/DefaultRoute`],
      },
      { rules: ['CloudFormation-Validate::W3010'], constructs: [`${NETWORK}/*/Subnet`] },
    ],
  },
];

/** Lets the listed findings pass. A path that a stack does not have is no matter, as rooms differ. */
export const acknowledgeFindings = (app: App): void => {
  for (const stack of app.node.findAll().filter((node) => Stack.isStack(node))) {
    for (const acknowledgement of ACKNOWLEDGEMENTS) acknowledge(stack, acknowledgement);
  }
};

const acknowledge = (stack: Stack, { reason, control, test, findings }: Acknowledgement): void => {
  for (const { rules, constructs } of findings) {
    for (const found of stack.node.findAll().filter((node) => constructs.some((path) => isAt(stack, node, path)))) {
      for (const rule of rules) {
        Validations.of(found).acknowledge({
          id: fillIn(rule, stack),
          reason: `${reason} Instead: ${control} Tested in ${test}.`,
        });
      }
    }
  }
};

const isAt = (stack: Stack, node: IConstruct, pattern: string): boolean => {
  const path = node.node.path.slice(stack.node.path.length + 1).split('/');
  const parts = pattern.split('/');
  return path.length === parts.length && parts.every((part, index) => part === '*' || part === path[index]);
};

/** Values of the stack that checkers put into the ids of their findings. */
const fillIn = (rule: string, stack: Stack): string => {
  const apiAt = (path: string): string => {
    const api = stack.node.findAll().find((node) => isAt(stack, node, path));
    return api instanceof CfnResource ? stack.getLogicalId(api) : '';
  };
  return rule
    .replace('{partition}', stack.partition)
    .replace('{region}', stack.region)
    .replace('{account}', stack.account)
    .replace('{door}', apiAt('AppDoor/Resource/Resource'))
    .replace('{operatorDoor}', apiAt('Incident/Door/Resource/Resource'));
};
