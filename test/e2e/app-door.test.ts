import { importOnce } from './support/imported.ts';
import { PERSONAL_DATA, sms, whatsApp } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { createAppClient } from '../../local/system/app-client.ts';
import { openStage } from './support/stage.ts';

const CHECKOUT = ['otp', 'checkout'] as const;
const SUPPORT = ['otp', 'support'] as const;

describe('app door', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));

  test('an SMS is accepted, says what it cost in segments and whether to send again, and can be looked up', async () => {
    const sent = await post(stage, CHECKOUT, { ...sms(), reference: 'order-8841' });
    expect(sent.status).toBe(202);
    expect(sent.body).toMatchObject({
      status: 'accepted',
      final: false,
      safeToResend: false,
      settlesBy: null,
      channel: 'sms',
      to: 'AE…01',
      from: 'Acme',
      reference: 'order-8841',
      segments: 1,
      provider: { name: 'infobip' },
      reason: null,
    });
    const found = await stage.app(...CHECKOUT)({ method: 'GET', path: `/v1/messages/${String(sent.body.id)}` });
    expect(found.status).toBe(200);
    expect(found.body).toMatchObject({ id: sent.body.id, status: 'accepted' });
  });

  test('a WhatsApp message goes out as the template the provider knows', async () => {
    const sent = await post(stage, CHECKOUT, whatsApp());
    expect(sent.body).toMatchObject({ status: 'accepted', channel: 'whatsapp' });
  });

  test("another app's message is not found", async () => {
    const sent = await post(stage, CHECKOUT, sms());
    const found = await stage.app(...SUPPORT)({ method: 'GET', path: `/v1/messages/${String(sent.body.id)}` });
    expect(found.status).toBe(404);
    expect(found.body).toMatchObject({ type: 'urn:keyroom:problem:not-found', sent: false, retry: 'never' });
  });

  test.each([
    ['a national number', { ...sms(), to: '0501234567' }, 400, 'invalid-request', 'to'],
    ['no number', { ...sms(), to: undefined }, 400, 'invalid-request', 'to'],
    ['an unknown channel', { ...sms(), channel: 'fax' }, 400, 'invalid-request', 'channel'],
    ['an unknown field', { ...sms(), colour: 'red' }, 400, 'invalid-request', 'colour'],
    ['both text and template', { ...whatsApp(), text: 'x' }, 400, 'invalid-request', undefined],
    ['a sender that is not granted', { ...sms(), from: 'Bank' }, 403, 'sender-not-allowed', 'from'],
    ['a country that is not granted', { ...sms(), to: '+33612345678' }, 403, 'country-not-allowed', 'to'],
    ['a number nobody listed', { ...sms(), to: '+971500000077' }, 403, 'recipient-not-allowed', 'to'],
    ['too many segments', { ...sms(), text: 'x'.repeat(2000) }, 400, 'invalid-request', 'text'],
    ['broken JSON', '{"channel":', 400, 'invalid-request', undefined],
    ['more than 32 KiB', { ...sms(), text: 'x'.repeat(33 * 1024) }, 413, 'too-large', undefined],
  ])('refuses %s, naming the field', async (_, body, status, code, field) => {
    const before = (await stage.provider('infobip').messages()).length;
    const refused = await post(stage, CHECKOUT, body);
    expect(refused.body).toMatchObject({ type: `urn:keyroom:problem:${code}`, sent: false, status });
    expect(refused.status).toBe(status);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    if (field !== undefined) expect(refused.body.field).toBe(field);
    // What is allowed shows an example of a number; it is ours, not the caller's.
    const answer = JSON.stringify({ ...refused.body, allowed: null });
    for (const { value } of PERSONAL_DATA) expect(answer).not.toContain(value);
    expect(answer).not.toMatch(/0501234567|33612345678|xxxxx/);
    expect(String(refused.body.fix).length).toBeGreaterThan(10);
    expect((await stage.provider('infobip').messages()).length).toBe(before);
  });

  test('a channel that is not granted is refused', async () => {
    const refused = await post(stage, SUPPORT, whatsApp());
    expect(refused.status).toBe(403);
    expect(refused.body.type).toBe('urn:keyroom:problem:channel-not-allowed');
  });

  test('a missing idempotency key is refused by name', async () => {
    const refused = await stage.app(...CHECKOUT)({ method: 'POST', path: '/v1/messages', body: JSON.stringify(sms()) });
    expect(refused.status).toBe(400);
    expect(refused.body.type).toBe('urn:keyroom:problem:idempotency-key-missing');
  });

  test('a form is refused: the door takes JSON', async () => {
    const refused = await post(stage, CHECKOUT, 'to=1', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([400, 415]).toContain(refused.status);
    expect(refused.body.type).toBe('urn:keyroom:problem:invalid-request');
  });

  test('the daily limit holds under concurrent callers, and says when it resets', async () => {
    // The app may send five a day. A write that took too long stays spent, and its caller is told 503.
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(stage, SUPPORT, { ...sms(), from: 'AcmeHelp' })),
    );
    const having = (status: number) => answers.filter((answer) => answer.status === status);
    const [accepted, refused, inDoubt] = [having(202), having(403), having(503)];
    expect(accepted.length + refused.length + inDoubt.length).toBe(20);
    expect(accepted.length).toBeLessThanOrEqual(5);
    expect(accepted.length + inDoubt.length).toBeGreaterThanOrEqual(5);
    for (const { body } of refused) {
      expect(body).toMatchObject({ type: 'urn:keyroom:problem:limit-exhausted', sent: false, retry: 'after' });
      expect(Date.parse(String(body.resetsAt))).toBeGreaterThan(Date.now());
    }
  });

  test('an unsigned caller is refused in problem form', async () => {
    const response = await fetch(`${stage.room('otp').apiUrl}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(sms()),
      headers: { 'content-type': 'application/json', 'idempotency-key': 'unsigned' },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ type: 'urn:keyroom:problem:not-authorized', sent: false });
  });

  test("another room's app is refused in problem form", async () => {
    const stranger = stage.room('notices').apps.shipping;
    if (stranger === undefined) throw new Error('no app shipping');
    const client = createAppClient(stage.room('otp').apiUrl, stranger);
    const refused = await client({
      method: 'POST',
      path: '/v1/messages',
      body: JSON.stringify(sms()),
      headers: { 'idempotency-key': 'x' },
    });
    expect(refused.status).toBe(403);
    expect(refused.body.type).toBe('urn:keyroom:problem:not-authorized');
  });

  test.each(['origin', 'sec-fetch-site'])('a browser caller is refused (%s)', async (header) => {
    const refused = await post(stage, CHECKOUT, sms(), {
      headers: { [header]: header === 'origin' ? 'https://shop.example' : 'cross-site' },
    });
    expect(refused.status).toBe(403);
    expect(refused.body.type).toBe('urn:keyroom:problem:browser-caller');
  });

  test('the sandbox room answers without any key', async () => {
    const sent = await post(stage, ['playground', 'demo'], sms());
    expect(sent.status).toBe(202);
    expect(sent.body).toMatchObject({ status: 'accepted', provider: { name: 'sandbox' } });
  });
});
