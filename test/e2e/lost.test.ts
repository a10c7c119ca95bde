import { randomUUID } from 'node:crypto';

import { createDynamoDb } from '../../lambda/shared/aws/dynamodb.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { asAdministrator } from './support/administrator.ts';
import { killEnvironments } from './support/environments.ts';
import { eventually } from './support/eventually.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';
import { sweeper } from './support/sweep.ts';

const CHECKOUT = ['otp', 'checkout'] as const;
const SEND_PATH = '/sms/3/messages';
/** A lease, the time after it that counts as lost, and time for the sweeps that look. */
const LOST_WITHIN_MS = 180_000;
jest.setTimeout(2 * LOST_WITHIN_MS);

describe('what got lost', () => {
  const stage = openStage();
  const infobip = stage.provider('infobip');
  beforeAll(() => importOnce(stage));

  const seen = async (text: string) => (await infobip.messages()).filter((message) => message.text === text);
  const until = async (id: string, ...statuses: readonly string[]) => {
    const sweep = await sweeper(stage, 'otp');
    return eventually(LOST_WITHIN_MS, async () => {
      await sweep();
      const { body } = await stage.app(...CHECKOUT)({ method: 'GET', path: `/v1/messages/${id}` });
      return statuses.includes(String(body.status)) ? body : undefined;
    });
  };
  /** Makes it due now, as if the time had passed in which the provider writes a message down. */
  const due = async (id: string, ...moments: readonly string[]): Promise<void> => {
    const table = createDynamoDb({ ...(await asAdministrator(stage)), tableName: stage.room('otp').tableName });
    await table.updateItem(`message#${id}`, `SET ${moments.map((moment) => `${moment} = :now`).join(', ')}`, {
      condition: 'attribute_exists(pk)',
      values: { ':now': Date.now() },
    });
  };

  test('a function killed while the provider hangs after accepting: unknown, then settled, and sent once', async () => {
    const [key, text] = [randomUUID(), `killed ${randomUUID()}`];
    await infobip.faults([{ method: 'POST', path: SEND_PATH, times: 1, delayMs: 60_000 }]);
    const request = post(stage, CHECKOUT, sms(text), { key }).then(
      ({ status }) => status,
      () => 0,
    );
    const [taken] = await eventually(LOST_WITHIN_MS, async () => {
      const messages = await seen(text);
      return messages.length > 0 ? messages : undefined;
    });
    expect(killEnvironments(stage, 'otp', 'Send')).toBeGreaterThan(0);
    // The gateway's own answer says nothing of the message; the same key does.
    expect([0, 500, 502, 504]).toContain(await request);
    const id = taken!.id;
    expect(await until(id, 'unknown')).toMatchObject({ final: false, safeToResend: false });
    expect(Date.parse(String((await until(id, 'unknown')).settlesBy))).toBeGreaterThan(Date.now());
    const replay = await post(stage, CHECKOUT, sms(text), { key });
    expect([replay.status, replay.body.status]).toEqual([200, 'unknown']);
    await due(id, 'dueAt');
    expect(await until(id, 'accepted', 'delivered')).toMatchObject({ settlesBy: null, safeToResend: false });
    expect(await seen(text)).toHaveLength(1);
  });

  test('a queued message whose appointment is lost is found by the sweep, and sent once', async () => {
    const text = `forgotten ${randomUUID()}`;
    await infobip.faults([{ method: 'POST', path: SEND_PATH, times: 1, status: 429, headers: { 'retry-after': '5' } }]);
    const { id, status } = (await post(stage, CHECKOUT, sms(text))).body;
    expect(status).toBe('queued');
    // Its appointment in the queue is void now, as if there were none.
    await due(String(id), 'nextAttemptAt', 'dueAt');
    await until(String(id), 'accepted', 'delivered');
    expect(await seen(text)).toHaveLength(1);
  });
});
