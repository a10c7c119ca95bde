import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

/** Nobody else's: what other tests send must not be refused. */
const NUMBER = '+971500000009';

describe('opt-outs', () => {
  const stage = openStage();
  const room = 'otp';

  const optOuts = async (action: 'add' | 'remove' | 'check') => {
    const { code, stdout, stderr } = await stage.keyroom(['opt-outs', action, room, NUMBER, '--json']);
    expect(`${stdout}${stderr}`).not.toContain(NUMBER.slice(1));
    const { figures } = JSON.parse(stdout) as { figures: { optOut: object | string; changed: string } };
    return { code, ...figures };
  };
  const send = (app: string, from: string, more: object = {}) =>
    post(stage, [room, app], { ...sms(), to: NUMBER, from, ...more });

  const forget = async () => {
    const { code, stdout, stderr } = await stage.keyroom(['forget', room, NUMBER, '--json']);
    expect(`${stdout}${stderr}`).not.toContain(NUMBER.slice(1));
    return { code, ...(JSON.parse(stdout) as { figures: Record<string, unknown> }).figures };
  };

  beforeAll(() => importOnce(stage));
  afterAll(() => optOuts('remove'));

  test('no app of the room reaches a person who was opted out, until it is lifted', async () => {
    expect(await optOuts('check')).toMatchObject({ code: 0, optOut: 'none' });
    expect((await send('checkout', 'Acme')).status).toBe(202);
    expect(await optOuts('add')).toMatchObject({ code: 0, changed: 'yes', optOut: { source: 'operator' } });
    for (const refused of [
      await send('checkout', 'Acme'),
      await send('checkout', 'Acme', { category: 'otp' }),
      await send('checkout', 'Acme', { dryRun: true }),
      await send('support', 'AcmeHelp'),
    ]) {
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({
        type: 'urn:keyroom:problem:recipient-opted-out',
        field: 'to',
        sent: false,
        retry: 'never',
      });
    }
    expect(await optOuts('remove')).toMatchObject({ code: 0, changed: 'yes', optOut: 'none' });
    expect((await send('checkout', 'Acme')).status).toBe(202);
  });

  test('a person who was forgotten is found no more by the number, and what was sent stays known without it', async () => {
    const sent = await send('checkout', 'Acme', { reference: 'order-8841' });
    expect(sent.body).toMatchObject({ to: 'AE…09' });
    expect(await forget()).toMatchObject({ code: 3, leftInLedger: 0, endedUnsent: 0 });
    const app = stage.app(room, 'checkout');
    const found = await app({ method: 'GET', path: `/v1/messages?to=${encodeURIComponent(NUMBER)}` });
    expect([found.status, found.body]).toEqual([200, { messages: [], nextCursor: null }]);
    const one = await app({ method: 'GET', path: `/v1/messages/${String(sent.body.id)}` });
    expect(one.body).toMatchObject({ id: sent.body.id, to: 'AE…', reference: null });
    expect(await forget()).toMatchObject({ code: 3, erased: 0 });
  });
});
