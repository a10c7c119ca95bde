import { randomUUID } from 'node:crypto';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

const CHECKOUT = ['otp', 'checkout'] as const;
const SEND_PATH = '/sms/3/messages';

describe('idempotency and provider faults', () => {
  const stage = openStage();
  const infobip = stage.provider('infobip');
  const seen = async (text: string) => (await infobip.messages()).filter((message) => message.text === text).length;
  beforeAll(() => importOnce(stage));

  test('twenty concurrent requests with one key send once', async () => {
    const key = randomUUID();
    const text = `once ${key}`;
    const send = () => post(stage, CHECKOUT, sms(text), { key });
    /** A busy machine's ledger may give no answer in time: 503 says so, and that the same key may be repeated. */
    const sendUntilAnswered = async () => {
      let answer = await send();
      for (let tries = 1; tries < 10 && answer.status === 503; tries += 1) {
        expect(answer.body).toMatchObject({ type: 'urn:keyroom:problem:not-sent' });
        answer = await send();
      }
      return answer;
    };
    const answers = await Promise.all(Array.from({ length: 20 }, sendUntilAnswered));
    expect(answers.filter(({ status }) => status === 202).length).toBe(1);
    expect(answers.filter(({ status }) => status === 200).length).toBe(19);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await seen(text)).toBe(1);
  });

  test('another body under the same key is refused', async () => {
    const key = randomUUID();
    await post(stage, CHECKOUT, sms(), { key });
    const reused = await post(stage, CHECKOUT, sms('something else'), { key });
    expect(reused.status).toBe(422);
    expect(reused.body).toMatchObject({ type: 'urn:keyroom:problem:idempotency-key-reused', sent: false });
  });

  test('a provider that accepts and then goes silent leaves an honest unknown, which is never sent again', async () => {
    const key = randomUUID();
    const text = `silent ${key}`;
    await infobip.faults([{ method: 'POST', path: SEND_PATH, times: 1, reset: 'after-accept' }]);
    const started = performance.now();
    const sent = await post(stage, CHECKOUT, sms(text), { key });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(sent.status).toBe(202);
    expect(sent.body).toMatchObject({ status: 'unknown', final: false, safeToResend: false });
    expect(Date.parse(String(sent.body.settlesBy))).toBeGreaterThan(Date.now());
    const replay = await post(stage, CHECKOUT, sms(text), { key });
    expect([replay.status, replay.body.status]).toEqual([200, 'unknown']);
    expect(await seen(text)).toBe(1);
  });

  test('a slow provider gets an answer within ten seconds, and the message is not sent twice', async () => {
    const key = randomUUID();
    const text = `slow ${key}`;
    await infobip.faults([{ method: 'POST', path: SEND_PATH, times: 1, delayMs: 15_000 }]);
    const started = performance.now();
    const sent = await post(stage, CHECKOUT, sms(text), { key });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect([sent.status, sent.body.status]).toEqual([202, 'unknown']);
    await post(stage, CHECKOUT, sms(text), { key });
    expect(await seen(text)).toBeLessThanOrEqual(1);
  });

  test('a server error after the request was written is an unknown', async () => {
    await infobip.faults([{ method: 'POST', path: SEND_PATH, times: 1, status: 500, body: {} }]);
    const sent = await post(stage, CHECKOUT, sms());
    expect([sent.status, sent.body.status]).toEqual([202, 'unknown']);
  });
});
