import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoDb } from '../../lambda/shared/aws/dynamodb.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { asAdministrator } from './support/administrator.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';
import { sweeper } from './support/sweep.ts';

const CHECKOUT = ['otp', 'checkout'] as const;
const SEND_PATH = '/sms/3/messages';

describe('what the provider did not take', () => {
  const stage = openStage();
  const infobip = stage.provider('infobip');
  beforeAll(() => importOnce(stage));

  const seen = async (text: string) => (await infobip.messages()).filter((message) => message.text === text).length;
  const busy = (times: number) =>
    infobip.faults([{ method: 'POST', path: SEND_PATH, times, status: 429, headers: { 'retry-after': '1' } }]);
  const look = async (id: unknown) =>
    (await stage.app(...CHECKOUT)({ method: 'GET', path: `/v1/messages/${String(id)}` })).body;
  const until = async (id: unknown, status: string): Promise<Record<string, unknown>> => {
    for (let i = 0; i < 120; i++) {
      const body = await look(id);
      if (body.status === status) return body;
      await sleep(500);
    }
    throw new Error(`the message did not become ${status}: ${JSON.stringify(await look(id))}`);
  };
  const freeze = async (frozen: boolean): Promise<void> => {
    const table = createDynamoDb({ ...(await asAdministrator(stage)), tableName: stage.room('otp').tableName });
    await table.updateItem('app#checkout', 'SET frozen = :frozen', {
      condition: 'attribute_exists(pk)',
      values: { ':frozen': frozen },
    });
  };

  test('a provider that is busy: 202 queued, and the room sends it once, by itself', async () => {
    const key = randomUUID();
    const text = `busy ${key}`;
    await busy(3);
    const sent = await post(stage, CHECKOUT, sms(text), { key });
    expect(sent.status).toBe(202);
    expect(sent.body).toMatchObject({ status: 'queued', final: false, safeToResend: false });
    const replay = await post(stage, CHECKOUT, sms(text), { key });
    expect([replay.status, replay.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(await until(sent.body.id, 'accepted')).toMatchObject({ reason: null });
    expect(await seen(text)).toBe(1);
  });

  test('a message whose time passes meanwhile expires, and is never sent', async () => {
    const text = `late ${randomUUID()}`;
    await infobip.faults([
      { method: 'POST', path: SEND_PATH, times: 1, status: 429, headers: { 'retry-after': '600' } },
    ]);
    const sent = await post(stage, CHECKOUT, { ...sms(text), validForSeconds: 10 });
    expect(sent.body.status).toBe('queued');
    await sleep(10_000);
    await (
      await sweeper(stage, 'otp')
    )();
    expect(await until(sent.body.id, 'expired')).toMatchObject({ final: true, safeToResend: true });
    expect(await seen(text)).toBe(0);
  });

  test('an app that is frozen meanwhile: its message waits, and goes out once afterwards', async () => {
    const text = `frozen ${randomUUID()}`;
    await infobip.faults([{ method: 'POST', path: SEND_PATH, times: 1, status: 429, headers: { 'retry-after': '3' } }]);
    const sent = await post(stage, CHECKOUT, sms(text));
    expect(sent.body.status).toBe('queued');
    await freeze(true);
    try {
      await sleep(5000);
      expect((await look(sent.body.id)).status).toBe('queued');
      expect(await seen(text)).toBe(0);
    } finally {
      await freeze(false);
    }
    await until(sent.body.id, 'accepted');
    expect(await seen(text)).toBe(1);
  });
});
