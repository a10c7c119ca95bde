import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { paginateListQueues, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createDynamoDb } from '../../lambda/shared/aws/dynamodb.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { ADMINISTRATOR_ROLE_ARN } from '../../local/system/identities.ts';
import { asIdentity } from '../../local/system/sessions.ts';
import { asAdministrator } from './support/administrator.ts';
import { eventually } from './support/eventually.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

const CHECKOUT = ['otp', 'checkout'] as const;
const SHIPPING = ['notices', 'shipping'] as const;
/** Windows of a sender at one message a second hold five places, one of them for codes alone. */
const MORE_THAN_TWO_WINDOWS = 9;

describe('what is put off', () => {
  const stage = openStage();
  const infobip = stage.provider('infobip');
  beforeAll(() => importOnce(stage));

  const seen = async (text: string) => (await infobip.messages()).filter((message) => message.text === text).length;
  const accepted = (app: readonly [string, string], id: unknown) =>
    eventually(30_000, async () => {
      const { body } = await stage.app(...app)({ method: 'GET', path: `/v1/messages/${String(id)}` });
      return body.status === 'accepted' ? body : undefined;
    });

  test('a provider that takes no connection: 202 queued, and the room sends it once it is back', async () => {
    const text = `refused ${randomUUID()}`;
    await infobip.leave(2000);
    await sleep(250);
    const sent = await post(stage, CHECKOUT, sms(text));
    expect([sent.status, sent.body.status, sent.body.safeToResend]).toEqual([202, 'queued', false]);
    expect(sent.body.reason).toContain('connect-refused');
    await accepted(CHECKOUT, sent.body.id);
    expect(await seen(text)).toBe(1);
  });

  test('more than a sender bears is queued and not refused, and goes out in its turn', async () => {
    const shipped = {
      channel: 'whatsapp',
      to: '+971500000001',
      template: { name: 'order-shipped', language: 'en', params: { order: '8841', day: 'Monday' } },
    };
    const sent = await Promise.all(Array.from({ length: MORE_THAN_TWO_WINDOWS }, () => post(stage, SHIPPING, shipped)));
    expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 202));
    const queued = sent.filter(({ body }) => body.status === 'queued');
    expect(queued.length).toBeGreaterThan(0);
    expect(queued.map(({ body }) => body.reason)).toEqual(queued.map(() => expect.stringContaining('paced') as string));
    await Promise.all(queued.map(({ body }) => accepted(SHIPPING, body.id)));
  });

  test('an appointment that was set aside is redriven: its message goes out once', async () => {
    const text = `aside ${randomUUID()}`;
    const headers = { 'retry-after': '600' };
    await infobip.faults([{ method: 'POST', path: '/sms/3/messages', times: 1, status: 429, headers }]);
    const sent = await post(stage, CHECKOUT, { ...sms(text), validForSeconds: 900 });
    expect(sent.body.status).toBe('queued');
    const id = String(sent.body.id);
    // As after five deliveries in vain: its time has come, the sweep has not looked yet, and the letter lies aside.
    const table = createDynamoDb({ ...(await asAdministrator(stage)), tableName: stage.room('otp').tableName });
    const at = Date.now() - 1000;
    const values = { ':at': at, ':later': at + 3_600_000, ':queued': 'queued' };
    const only = { condition: '#state = :queued', names: { '#state': 'state' }, values };
    await table.updateItem(`message#${id}`, 'SET nextAttemptAt = :at, dueAt = :later', only);
    await setAside(JSON.stringify({ id, at }));
    const { code, stdout } = await stage.keyroom(['redrive', 'otp', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ ok: true })]);
    await accepted(CHECKOUT, id);
    expect(await seen(text)).toBe(1);
  });

  const setAside = async (letter: string): Promise<void> => {
    const { region, awsEndpointUrl: endpoint } = stage.state;
    const credentials = asIdentity(await stage.session(ADMINISTRATOR_ROLE_ARN));
    const sqs = new SQSClient({ region, endpoint, credentials });
    for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs }, {})) {
      const found = QueueUrls.find((url) => /-otp-RetryQueueDeadLetters/i.test(url));
      if (found === undefined) continue;
      await sqs.send(new SendMessageCommand({ QueueUrl: found, MessageBody: letter }));
      return;
    }
    throw new Error('the room has no queue of dead letters');
  };
});
