import { randomUUID } from 'node:crypto';

import { ROTATION_STEPS } from '../../../lambda/rotate-key/contract.ts';
import { toAttributes } from '../../../lambda/shared/aws/attribute-value.ts';
import { writtenNumber } from './canaries.ts';
import { issuedKeys, recipientIn, someId } from './requests.ts';
import type { CanaryRoom } from './room.ts';

/** What a key issuer or the schedule asks for. */
export const appKeyCommand = (room: CanaryRoom): unknown => {
  const { dice, canaries } = room;
  const app = dice.pick(['website', 'website', 'website', 'shop']);
  return dice.pick<() => unknown>([
    () => ({ action: 'issue', app }),
    () => ({ action: 'issue', app, scopes: [canaries.secret('stray key')], networks: [canaries.number()], days: 7 }),
    () => ({ action: 'rotate', app }),
    () => ({ action: 'revoke', app, all: dice.chance(0.5), keyId: null }),
    () => ({ action: 'revoke', leaked: dice.pick([...issuedKeys(room), canaries.secret('stray key')]) }),
    () => ({ action: 'list', app }),
    () => ({ action: 'check' }),
  ])();
};

/** A custom resource of CloudFormation, whose address to answer is presigned. */
export const deployment = ({ dice, canaries }: CanaryRoom): unknown => ({
  RequestType: dice.pick(['Create', 'Update', 'Delete']),
  ResponseURL: `${dice.pick(['https://s3.example/', 'https://s3.example/', 'no url '])}?Signature=${canaries.secret('presigned')}`,
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Apps',
  PhysicalResourceId: 'Apps',
  ResourceProperties: {
    apps: dice.pick([['shop', 'desk', 'website'], canaries.text(), [canaries.number(), 7]]),
    deployment: dice.pick<unknown>(['first', 'second', 7]),
  },
});

/** Keeps what CloudFormation is told; what cannot be an address goes to the real answer, which fails with it. */
export const deploymentAnswer =
  ({ dice, leave }: CanaryRoom, real: (url: string, document: object) => Promise<void>) =>
  async (url: string, document: object): Promise<void> => {
    leave('deployment', JSON.stringify(document));
    if (!URL.canParse(url)) await real(url, document);
    if (dice.chance(0.1)) throw Object.assign(new Error(`cannot reach ${url}`), { input: url });
  };

/** A request at the operator door, and what the function calls itself with. */
export const incidentEvent = (room: CanaryRoom): unknown => {
  const { dice, canaries, table } = room;
  const jobs = [...table.items.keys()].flatMap((pk) => (pk.startsWith('job#') ? [pk.slice('job#'.length)] : []));
  const job = dice.pick([...jobs, ...jobs, 'job_none', canaries.number()]);
  const scope = dice.pick([
    {},
    {},
    { app: 'shop' },
    { country: 'AE' },
    { app: canaries.number() },
    { [canaries.text()]: 'x' },
  ]);
  const body = dice.pick<() => unknown>([
    () => ({ command: dice.pick(['freeze', 'unfreeze']), arguments: scope }),
    () => ({ command: 'revoke', arguments: dice.chance(0.3) ? { credential: canaries.text() } : {} }),
    () => ({ command: 'freeze', arguments: scope, reason: dice.pick(['INC-1', canaries.number(), canaries.text()]) }),
    () => ({ command: 'rotate' }),
    () => ({ command: canaries.secret('stray key'), [canaries.number()]: canaries.text() }),
    () => canaries.text(),
  ])();
  const role = dice.pick(['on-call', 'on-call', 'on-call', canaries.secret('role')]);
  const request = {
    headers: {
      'idempotency-key': dice.pick([randomUUID(), canaries.text()]),
      authorization: canaries.secret('signature'),
    },
    body: JSON.stringify(body),
    isBase64Encoded: false,
    pathParameters: { id: job },
    requestContext: {
      requestId: randomUUID(),
      stage: 'operator',
      identity: { userArn: `arn:aws:sts::111111111111:assumed-role/${role}/ann` },
    },
  };
  return dice.pick<() => unknown>([
    () => ({ ...request, httpMethod: 'POST' }),
    () => ({ ...request, httpMethod: 'POST' }),
    () => ({ ...request, httpMethod: 'GET', body: null }),
    () => ({ action: 'run', job }),
    () => ({ action: 'resume' }),
  ])();
};

/** A batch of one of the queues. */
export const appointments = ({ dice, appointments: waiting, canaries }: CanaryRoom): unknown => {
  const bodies = waiting.splice(0, dice.integer(1, 4));
  if (dice.chance(0.2)) bodies.push(dice.pick([canaries.text(), JSON.stringify({ id: canaries.number(), at: 1 })]));
  return { Records: bodies.map((body) => ({ messageId: randomUUID(), body })) };
};

/** What an operator asks for. */
export const redriveCommand = ({ dice }: CanaryRoom): unknown => ({ dryRun: dice.chance(0.2) });

/** What was set aside: some of what waits, and what somebody else put there. */
export const deadLettersOf = ({ dice, canaries }: Pick<CanaryRoom, 'dice' | 'canaries'>, waiting: string[]) => {
  const bodies = dice.chance(0.3) ? waiting.splice(0, 1) : [];
  if (dice.chance(0.2)) bodies.push(dice.pick([canaries.text(), JSON.stringify({ id: canaries.number(), at: 1 })]));
  return bodies.map((Body) => ({ MessageId: randomUUID(), ReceiptHandle: randomUUID(), Body }));
};

/** A batch of the ledger's stream. */
export const ledgerChanges = ({ dice, changes, canaries }: CanaryRoom): unknown => ({
  Records: changes.splice(0, dice.integer(1, 20)).map(({ before, after }, at) => ({
    eventID: randomUUID(),
    dynamodb: {
      SequenceNumber: String(at),
      ...(before && { OldImage: toAttributes(before) }),
      ...(after && {
        NewImage: { ...toAttributes(after), ...(dice.chance(0.05) && { state: { B: canaries.text() } }) },
      }),
    },
  })),
});

/** A step of a rotation, an alarm, a command, or a question about messages. */
export const rotation = (room: CanaryRoom): unknown => {
  const { dice, canaries, sendingArn, store } = room;
  const pending = store('sending').holder('AWSPENDING') ?? randomUUID();
  const step = () => ({
    Step: dice.chance(0.1) ? canaries.text() : dice.pick(ROTATION_STEPS),
    SecretId: dice.chance(0.9) ? sendingArn : canaries.secret('secret id'),
    ClientRequestToken: pending,
    RotationToken: canaries.secret('rotation token'),
  });
  return dice.pick<() => unknown>([
    step,
    step,
    step,
    step,
    () => ({ action: 'rotate' }),
    () => ({ action: 'sweep' }),
    () => ({ action: 'sweep' }),
    () => ({ action: 'import' }),
    () => ({ action: 'status' }),
    () => ({ action: 'addresses' }),
    () => ({ action: 'swap' }),
    () => ({ action: dice.pick(['revoke', 'replace']), versions: [store('sending').holder('AWSCURRENT')] }),
    () => ({ action: 'revoke', versions: [canaries.secret('key as version')] }),
    () => ({ action: 'revoke-managing', managing: store('managing').holder('AWSCURRENT') }),
    () => ({ action: 'accept-key', providerKeyId: canaries.secret('stray key') }),
    () => ({ source: 'aws.cloudwatch', alarmArn: 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:key-refused' }),
  ])();
};

/** What the sweep and a reconciliation ask. */
export const readCommand = (room: CanaryRoom): unknown => {
  const { dice, clock } = room;
  return dice.pick<() => unknown>([
    () => ({ action: 'records', messages: soughtIn(room) }),
    () => ({ action: 'records', messages: soughtIn(room) }),
    () => ({ action: 'listing', from: clock.now() - 3_600_000, until: clock.now() }),
    () => ({ action: 'balance' }),
    () => ({ action: 'prices', countries: ['AE', dice.pick(['FR', 'XX', '../AE'])] }),
  ])();
};

/** What a schedule and operators ask of the comparison with the provider. */
export const reconcileCommand = ({ dice, clock }: CanaryRoom): unknown =>
  dice.pick([
    ...[1, 2, 3].map(() => ({ action: 'look' })),
    { action: 'report' },
    { action: 'adopt', until: new Date(clock.now() + 86_400_000).toISOString() },
  ]);

/** An alarm that changed, and what is none; what CloudWatch quotes of metrics may be anything. */
export const alarmChange = ({ dice, canaries, clock }: CanaryRoom): unknown => {
  const alarm = dice.pick(['volume-ceiling', 'key-too-old', 'drill', 'surplus', canaries.text()]);
  const severity = dice.pick(['page', 'page', 'ticket', canaries.text()]);
  const message = {
    AlarmName: dice.chance(0.9) ? `keyroom-test-alerts-${alarm}` : canaries.text(),
    AlarmDescription: `${severity}: something is wrong. Runbook: docs/runbook.md#heading`,
    NewStateValue: dice.pick(['ALARM', 'ALARM', 'OK', 'INSUFFICIENT_DATA']),
    NewStateReason: canaries.number(),
    StateChangeTime: new Date(clock.now()).toISOString(),
  };
  const Message = dice.chance(0.9) ? JSON.stringify(message) : canaries.text();
  return { Records: [{ Sns: { Message, Subject: canaries.text() } }] };
};

/** What EventBridge tells of calls and alarms; what callers wrote into a call is recorded with it. */
export const watchedEvent = ({ dice, canaries, clock }: CanaryRoom): unknown => {
  const at = new Date(clock.now()).toISOString();
  return dice.pick<() => unknown>([
    () => ({ action: 'probe' }),
    () => ({
      'detail-type': 'CloudWatch Alarm State Change',
      id: randomUUID(),
      detail: {
        alarmName: 'keyroom-test-alerts-surplus',
        state: { value: 'ALARM', reason: canaries.text(), timestamp: at },
      },
    }),
    () => ({
      'detail-type': 'AWS API Call via CloudTrail',
      detail: {
        eventID: randomUUID(),
        eventTime: dice.chance(0.9) ? at : canaries.text(),
        eventName: dice.pick(['GetSecretValue', 'PutSecretValue', 'UpdateFunctionCode20150331v2']),
        eventSource: dice.pick(['secretsmanager.amazonaws.com', 'lambda.amazonaws.com']),
        userAgent: canaries.text(),
        errorMessage: canaries.number(),
        requestParameters: {
          secretId: dice.pick(['keyroom/test/alerts/sending', 'keyroom/test/alerts/api-key', 7]),
          secretString: canaries.secret('put value'),
        },
        responseElements: { description: canaries.number() },
        userIdentity: { type: 'AssumedRole', accessKeyId: canaries.secret('access key id') },
      },
    }),
  ])();
};

/** What a data steward asks for. */
export const recipientCommand = (room: CanaryRoom): unknown => ({
  action: room.dice.pick(['opt-out', 'lift', 'check']),
  number: room.dice.chance(0.8) ? recipientIn(room) : writtenNumber(room.dice, recipientIn(room)),
});

const soughtIn = (room: CanaryRoom) =>
  Array.from({ length: room.dice.integer(1, 3) }, () => ({
    id: someId(room),
    attempt: 1,
    channel: 'sms',
    to: room.dice.pick([null, recipientIn(room)]),
    from: 'Acme',
    sentAt: room.clock.now() - 600_000,
    providerMessageId: room.dice.pick([null, room.simulator.messages().at(-1)?.id ?? null]),
  }));
