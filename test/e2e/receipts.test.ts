import { randomUUID } from 'node:crypto';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { eventually } from './support/eventually.ts';
import { importOnce } from './support/imported.ts';
import { listenTo } from './support/listen.ts';
import { openStage } from './support/stage.ts';
import { sweeper } from './support/sweep.ts';

const SHIPPING = ['notices', 'shipping'] as const;
/** A sweep comes every minute, and asks the provider. */
const TWO_SWEEPS_MS = 150_000;
jest.setTimeout(TWO_SWEEPS_MS + 30_000);

describe('what the provider says of messages', () => {
  const stage = openStage();
  const d7 = stage.provider('d7');
  beforeAll(() => importOnce(stage));
  afterEach(() => d7.changeAccount({ deliverySeconds: 2 }));

  const look = async (app: readonly [string, string], id: unknown) =>
    (await stage.app(...app)({ method: 'GET', path: `/v1/messages/${String(id)}` })).body;
  const until = async (app: readonly [string, string], id: unknown, status: string) => {
    const sweep = await sweeper(stage, app[0]);
    return eventually(TWO_SWEEPS_MS, async () => {
      await sweep();
      const body = await look(app, id);
      return body.status === status ? body : undefined;
    });
  };
  /** Calls the door as anybody might. */
  const give = async (path: string, fields: Record<string, string>) => {
    const response = await fetch(`${stage.room('notices').receiptApiUrl!}/v1/receipts/${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(10_000),
    });
    return response.status;
  };

  test.each([
    ['infobip', ['otp', 'checkout']],
    ['d7', SHIPPING],
  ] as const)('%s tells that a message was delivered: so does the room, in an event, too', async (name, app) => {
    const receiveUntil = await listenTo(stage, app[1]);
    const sent = await post(stage, app, sms(`told ${randomUUID()}`));
    expect(sent.body).toMatchObject({ status: 'accepted', final: false });
    const { id, provider } = sent.body as { id: string; provider: { messageId: string } };
    expect(await until(app, id, 'delivered')).toMatchObject({ final: true, safeToResend: false, reason: null });
    const told = (await stage.provider(name).receipts()).filter(({ body }) => body.includes(provider.messageId));
    expect(told.map(({ status }) => status)).toEqual(told.map(() => 200));
    expect(told.length).toBeGreaterThan(0);
    const events = await receiveUntil(({ detail }) => detail.id === id && detail.status === 'delivered');
    expect(events.filter(({ detail }) => detail.id === id).map(({ detail }) => detail.status)).toEqual([
      'accepted',
      'delivered',
    ]);
  });

  test('an answer that was lost at D7, which nothing can look up, is settled by its receipt; D7 has it once', async () => {
    const text = `lost ${randomUUID()}`;
    await d7.faults([{ method: 'POST', path: '/messages/v1/send', times: 1, reset: 'after-accept' }]);
    const sent = await post(stage, SHIPPING, sms(text));
    expect(sent.body).toMatchObject({ status: 'unknown', provider: { messageId: null } });
    expect(sent.body.settlesBy).not.toBeNull();
    const settled = await until(SHIPPING, sent.body.id, 'delivered');
    const [only, ...more] = (await d7.messages()).filter((message) => message.text === text);
    expect(more).toEqual([]);
    expect(settled).toMatchObject({ final: true, settlesBy: null, provider: { messageId: only?.id } });
  });

  test('a forged receipt changes nothing, by a wrong path or by the right one', async () => {
    await d7.changeAccount({ deliverySeconds: 3600 });
    const sent = await post(stage, SHIPPING, sms(`forged ${randomUUID()}`));
    const { id, provider } = sent.body as { id: string; provider: { messageId: string } };
    const genuine = await eventually(TWO_SWEEPS_MS, async () =>
      (await d7.receipts()).find(({ body }) => body.includes(provider.messageId)),
    );
    const path = genuine.url.split('/').at(-1)!;
    const forged = { request_id: provider.messageId, msg_id: 'm', status: 'delivered' };
    for (const wrong of [id.slice(4) + path.slice(26).split('').reverse().join(''), '0'.repeat(48), 'x']) {
      expect(await give(wrong, forged)).toBe(404);
    }
    expect(await give(path, forged)).toBe(200);
    const asked = `/report/v1/message-log/${provider.messageId}`;
    const sweep = await sweeper(stage, 'notices');
    await eventually(TWO_SWEEPS_MS, async () => {
      await sweep();
      return (await d7.requests()).find((request) => request.path === asked);
    });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await look(SHIPPING, id)).toMatchObject({ status: 'accepted', final: false });
  });
});
