import type { HttpCall, HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import { createLook } from '../../../lambda/shared/situation/look.ts';
import { situationOf } from '../../../lambda/shared/situation/situation.ts';
import { createHandler } from '../../../lambda/status/handler.ts';
import { overTransport } from '../canary/sdk.ts';
import { bodyOf, doorEvent } from '../support/door.ts';
import { NOW, WELL } from '../support/facts.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { ROOM } from '../support/room.ts';

const ON_CALL = '111111111111:keyroom-test-alerts-on-call';
const asking = (userArn = 'arn:aws:sts::111111111111:assumed-role/keyroom-test-alerts-on-call/ada', headers = {}) =>
  doorEvent({ userArn, headers, body: null });
const silent = () => undefined;
const log = { info: silent, warn: silent, error: silent };
const handlerWith = (look = () => Promise.resolve(situationOf(WELL))) =>
  createHandler(() => ({ look, askers: [ON_CALL], log }));

const environment = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKID',
  AWS_SECRET_ACCESS_KEY: 'secret',
  LEDGER_TABLE: 'ledger',
  SENDING_SECRET_ARN: 'arn:sending',
  MANAGING_SECRET_ARN: 'arn:managing',
  RETRY_QUEUE_URLS: 'https://sqs/otp,https://sqs/rest',
  DEAD_MESSAGES_URL: 'https://sqs/dead',
  DEAD_EVENTS_URL: 'https://sqs/dead-events',
  EGRESS_ADDRESSES: '192.0.2.1,192.0.2.2',
  PAGES_TOPIC_ARN: 'arn:aws:sns:eu-central-1:111111111111:pages',
  OWN_SUBSCRIPTIONS: '1',
  IS_COMPARED: 'true',
  ROOMS_ALIKE: 'alerts-two',
};

/** Three subscriptions of which one is the room's own function, and one that is not confirmed. */
const TOPIC = `<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes>
<entry><key>SubscriptionsConfirmed</key><value>3</value></entry>
<entry><key>SubscriptionsPending</key><value>1</value></entry>
</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`;

type Answer = (input: Readonly<Record<string, unknown>>) => object;
const seconds = NOW / 1000;
const DAY = 86_400;

/** What each operation of AWS answers in a room that is well. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  GetItem: ({ Key }) =>
    (Key as { pk: { S: string } }).pk.S === 'notice#chats'
      ? { Item: { pk: { S: 'notice#chats' }, pages: { N: '2' } } }
      : {},
  BatchGetItem: () => ({
    Responses: { ledger: ['shop', 'desk'].map((app) => ({ pk: { S: `app#${app}` }, frozen: { BOOL: false } })) },
  }),
  GetMetricData: ({ MetricDataQueries }) => ({
    MetricDataResults: (MetricDataQueries as { Id: string; MetricStat: Stat }[]).map(({ Id, MetricStat }) => ({
      Id,
      ...pointsFor(MetricStat),
    })),
  }),
  DescribeAlarms: () => ({
    MetricAlarms: ['alerts-key-too-old', 'alerts-two-key-too-old'].map((name) => ({
      AlarmName: `keyroom-test-${name}`,
      AlarmDescription: 'ticket: the key is old. Runbook: docs/runbook.md#the-key-is-too-old',
      StateTransitionedTimestamp: seconds - 60,
    })),
  }),
  GetQueueAttributes: () => ({
    Attributes: { ApproximateNumberOfMessages: '2', ApproximateNumberOfMessagesDelayed: '1' },
  }),
  GetTopicAttributes: () => ({}),
  ListSecretVersionIds: ({ SecretId }) => ({
    Versions: [
      { VersionId: 'v1', VersionStages: ['KEYROOM_DRAINING'], CreatedDate: seconds - 9 * DAY },
      { VersionId: 'v2', VersionStages: ['AWSCURRENT'], CreatedDate: seconds - 2 * DAY },
      ...(SecretId === 'arn:managing' ? [{ VersionId: 'v3', VersionStages: ['KEYROOM_STANDBY'], CreatedDate: 1 }] : []),
    ],
  }),
};

interface Stat {
  readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { Name: string; Value: string }[] };
  readonly Period: number;
}

/** Seven messages in the last minute, of `shop`; 120 in this hour of yesterday, 240 the day before. */
const pointsFor = ({ Metric, Period }: Stat): object => {
  if (Metric.MetricName === 'ApproximateAgeOfOldestMessage') return { Timestamps: [seconds - 60], Values: [45] };
  const isOfDesk = Metric.Dimensions.some(({ Value }) => Value === 'desk' || Value === 'whatsapp');
  if (Metric.MetricName !== 'Messages' || isOfDesk) return {};
  return Period === 10
    ? { Timestamps: [seconds - 100, seconds - 30, seconds - 20], Values: [1, 3, 4] }
    : { Timestamps: [seconds - DAY, seconds - 2 * DAY], Values: [120, 240] };
};

const awsWith = (answers: Readonly<Record<string, Answer | HttpResult>>) => {
  const requests: HttpRequest[] = [];
  const http: HttpCall = (request) => {
    const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? 'GetTopicAttributes';
    if (operation !== 'GetTopicAttributes') requests.push(request);
    const answer = answers[operation]!;
    if (typeof answer !== 'function') return Promise.resolve(answer);
    const isXml = operation === 'GetTopicAttributes';
    const body = isXml ? TOPIC : JSON.stringify(answer(JSON.parse(request.body ?? '') as Record<string, unknown>));
    return Promise.resolve({ kind: 'response', status: 200, headers: {}, body });
  };
  const clock = createFakeClock(NOW);
  const look = createLook({ environment, http, clock, policy: ROOM, log, clients: overTransport(http) });
  return { look, requests };
};

describe('GET /v1/status', () => {
  test('answers whoever is on call with where the room stands', async () => {
    const answer = await handlerWith()(asking());
    expect(answer.statusCode).toBe(200);
    expect(bodyOf(answer)).toMatchObject({ room: 'alerts', isWell: true });
  });

  test.each([
    ['another role', 'arn:aws:sts::111111111111:assumed-role/shop-sender/ada'],
    ['the same name in another account', 'arn:aws:sts::222222222222:assumed-role/keyroom-test-alerts-on-call/ada'],
    ['a user of that name', 'arn:aws:iam::111111111111:user/keyroom-test-alerts-on-call'],
  ])('tells %s nothing', async (_who, arn) => {
    const answer = await handlerWith()(asking(arn));
    expect(answer.statusCode).toBe(403);
    expect(bodyOf(answer)).not.toHaveProperty('room');
  });

  test('refuses a browser', async () => {
    expect((await handlerWith()(asking(undefined, { origin: 'https://x' }))).statusCode).toBe(403);
  });

  test('says that it failed, and nothing of what', async () => {
    const answer = await handlerWith(() => Promise.reject(new Error('secret')))(asking());
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
  });
});

describe('a look at a room', () => {
  test('reads everything that there is', async () => {
    const { look } = awsWith(ANSWERS);
    expect(await look()).toMatchObject({
      notKnown: [],
      drill: { known: null },
      pager: { known: { confirmed: 2, pending: 1, chats: 2 } },
      findings: [
        { what: 'the key is old', runbook: 'docs/runbook.md#the-key-is-too-old', since: '2026-11-24T11:59:00.000Z' },
        { what: 'messages that were set aside: 3 (keyroom redrive)' },
        { what: 'events that were not told to those who listen: 3' },
        { what: 'subscriptions to pages that are not confirmed: 1' },
      ],
      standing: { known: { frozen: false, unregisteredApps: [] } },
      counts: {
        known: {
          room: { perMinute: 7, usualPerMinute: 3 },
          apps: { shop: { perMinute: 7, usualPerMinute: 3 }, desk: { perMinute: 0, usualPerMinute: null } },
        },
      },
      key: { known: { versionId: 'v2', ageHours: 48, draining: 1, hasStandby: true } },
      waiting: { known: { queued: 6, oldestSeconds: 45, deadMessages: 3, deadEvents: 3 } },
      egressAddresses: ['192.0.2.1', '192.0.2.2'],
    });
  });

  test('asks CloudWatch for the alarms of this room that are raised, and gives up on whatever does not answer', async () => {
    const { look, requests } = awsWith(ANSWERS);
    await look();
    const alarms = requests.find(({ headers }) => headers['x-amz-target']?.endsWith('DescribeAlarms'));
    expect(JSON.parse(alarms?.body ?? '')).toMatchObject({
      AlarmNamePrefix: 'keyroom-test-alerts-',
      StateValue: 'ALARM',
    });
    expect(Math.max(...requests.map(({ timeoutMs }) => timeoutMs))).toBeLessThanOrEqual(2500);
  });

  test('counts a key that has leaked and is not proved dead among the old ones that live', async () => {
    const { look } = awsWith({
      ...ANSWERS,
      ListSecretVersionIds: () => ({
        Versions: [
          { VersionId: 'v1', VersionStages: ['AWSPREVIOUS', 'KEYROOM_RETIRING_v1'], CreatedDate: 1 },
          { VersionId: 'v2', VersionStages: ['AWSCURRENT', 'KEYROOM_RETIRING_v2'], CreatedDate: 2 },
          { VersionId: 'v3', VersionStages: ['KEYROOM_PROBE_v3'], CreatedDate: 3 },
        ],
      }),
    });
    expect(await look()).toMatchObject({ key: { known: { versionId: 'v2', draining: 1 } } });
  });

  const DENIED: HttpResult = {
    kind: 'response',
    status: 400,
    headers: {},
    body: '{"__type":"AccessDeniedException","message":"arn:aws:iam::1:user/x is not allowed"}',
  };

  test.each([
    [
      'GetItem',
      ['whether the room is frozen', 'what the provider has', 'whether a page reaches somebody', 'the last drill'],
    ],
    ['BatchGetItem', ['what the apps have used']],
    ['GetMetricData', ['what is sent', 'what waits']],
    ['DescribeAlarms', ['which alarms are raised']],
    ['GetQueueAttributes', ['what waits']],
    ['ListSecretVersionIds', ['which key sends']],
  ])('says without %s what it does not know, and everything else', async (operation, sources) => {
    for (const [failure, code] of [
      [DENIED, 'AccessDeniedException'],
      [{ kind: 'no-answer', cause: 'timeout' }, 'timeout'],
    ] as const) {
      const { notKnown } = await awsWith({ ...ANSWERS, [operation]: failure }).look();
      expect(notKnown).toEqual(sources.map((source) => `${source}: ${code}`));
    }
  });

  test('says without SNS that nobody knows whether a page reaches somebody', async () => {
    const { notKnown, pager } = await awsWith({ ...ANSWERS, GetTopicAttributes: DENIED }).look();
    expect(pager).toHaveProperty('notKnown');
    expect(notKnown).toContainEqual(expect.stringMatching(/^whether a page reaches somebody: \w+$/));
  });

  test('answers also where everything fails', async () => {
    const all = Object.fromEntries(Object.keys(ANSWERS).map((operation) => [operation, DENIED]));
    const { notKnown, isWell } = await awsWith(all).look();
    expect({ isWell, isKnown: notKnown.length < 8 }).toEqual({ isWell: true, isKnown: false });
  });
});
