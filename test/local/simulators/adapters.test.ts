import { createCredentialManager } from '../../../lambda/providers/credential-managers.ts';
import { createD7Provider } from '../../../lambda/providers/d7/adapter.ts';
import { createInfobipProvider } from '../../../lambda/providers/infobip/adapter.ts';
import { createTwilioProvider } from '../../../lambda/providers/twilio/adapter.ts';
import { createHttp } from '../../../lambda/shared/http.ts';
import type { CredentialManager } from '../../../lambda/shared/credential-manager.ts';
import type { MessageContent, MessagingProvider } from '../../../lambda/shared/messaging-provider.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { MANAGING, startHarness, type Harness } from './support/harness.ts';

const CREATE = { d7: createD7Provider, infobip: createInfobipProvider, twilio: createTwilioProvider };
const SEND_PATH = { d7: '/messages/v1/send', infobip: '/sms/3/messages', twilio: '/2010-04-01/*' };
/** What a template is called: by the customer, or by the provider. */
const TEMPLATE = { d7: 'otp', infobip: 'otp', twilio: `HX${'d'.repeat(32)}` };
const CONTENTS: readonly [string, 'sms' | 'whatsapp', MessageContent, string][] = [
  ['an SMS', 'sms', { kind: 'text', text: 'Your code is 123456' }, 'Your code is 123456'],
  ['a template', 'whatsapp', { kind: 'template', template: 'otp', language: 'en', params: ['7', '8'] }, 'otp[7,8]'],
  ['WhatsApp text', 'whatsapp', { kind: 'text', text: 'hi' }, 'hi'],
];

describe.each(['d7', 'infobip', 'twilio'] as const)('the room’s own adapter for %s', (name) => {
  let harness: Harness;
  let provider: MessagingProvider;
  let manager: CredentialManager;
  const managing = new SecretValue(JSON.stringify(MANAGING[name]));
  const binding = {
    name: 'keyroom-test',
    allowedAddresses: ['203.0.113.10', '203.0.113.11'],
    channels: ['sms', 'whatsapp'] as const,
    validUntil: Date.now() + 86_400_000,
  };
  const create = async () => (await manager.create(managing, binding)).value;
  const send = async (key: SecretValue, content = CONTENTS[0]) => {
    const [, channel, given] = content ?? [];
    if (!channel || !given) throw new Error('no content');
    const body = given.kind === 'template' ? { ...given, template: TEMPLATE[name] } : given;
    const from = channel === 'sms' ? 'Acme' : '+971500000000';
    return provider.send(
      {
        id: `msg_${String(Math.random())}`,
        attempt: 1,
        channel,
        to: '+971500000001',
        from,
        content: body,
        receiptUrl: 'https://receipts.test/x',
      },
      key,
      2000,
    );
  };
  const messages = async () => (await harness.control('GET', '/messages')) as { text: string }[];

  beforeAll(async () => {
    harness = await startHarness(name);
    const options = { http: createHttp({ ca: harness.ca }), baseUrl: harness.baseUrl };
    provider = CREATE[name](options);
    const found = createCredentialManager(name, options);
    if (!found) throw new Error(`no credential manager for ${name}`);
    manager = found;
  });
  beforeEach(() => harness.control('POST', '/reset'));
  afterAll(() => harness.close());

  test.each(CONTENTS)('sends %s', async (...content) => {
    expect(await send(await create(), content)).toMatchObject({ kind: 'accepted' });
    expect(await messages()).toMatchObject([
      { channel: content[1], text: content[3].replace('otp[', `${TEMPLATE[name]}[`) },
    ]);
  });

  test('takes a new key for good and a made-up one for bad', async () => {
    const key = await create();
    expect(await manager.check(key, ['sms'])).toBe('ok');
    const fields = Object.entries(JSON.parse(key.reveal()) as Record<string, string>);
    // SIDs are public and have a form of their own.
    const backwards = fields.map(([field, value]) => [
      field,
      field.endsWith('Sid') ? value : Buffer.from(value).reverse().toString(),
    ]);
    const madeUp = new SecretValue(JSON.stringify(Object.fromEntries(backwards)));
    expect(await manager.check(madeUp, ['sms'])).toBe('refused');
  });

  test('knows a refused key when it sends', async () => {
    const key = await create();
    await harness.control('POST', '/reset', { managing: MANAGING[name] });
    await harness.control('POST', '/account', { managing: {} });
    expect(await send(key)).toMatchObject({ kind: 'key-refused' });
    expect(await messages()).toEqual([]);
  });

  test.each([
    ['429', { status: 429 }, 'not-sent', 0],
    ['a reset before accept', { reset: 'before-accept' }, 'unknown', 0],
    ['a reset after accept', { reset: 'after-accept' }, 'unknown', 1],
    ['an error after accept', { status: 502, accept: true }, 'unknown', 1],
    ['silence', { delayMs: 60_000 }, 'unknown', 1],
  ])('reads %s', async (_case, fault, kind, taken) => {
    const key = await create();
    await harness.control('POST', '/faults', [{ method: 'POST', path: SEND_PATH[name], times: 1, ...fault }]);
    expect(await send(key)).toMatchObject({ kind });
    expect(await messages()).toHaveLength(taken);
  });
});

describe('the room’s own adapter for a provider that binds keys', () => {
  test('revokes, lists what lives, and tells a bad address from a bad key', async () => {
    const harness = await startHarness('infobip');
    const options = { http: createHttp({ ca: harness.ca }), baseUrl: harness.baseUrl };
    const manager = createCredentialManager('infobip', options);
    if (!manager) throw new Error('no credential manager for infobip');
    const managing = new SecretValue(JSON.stringify(MANAGING.infobip));
    const channels = ['sms'] as const;
    const validUntil = Date.now() + 86_400_000;
    const make = (allowedAddresses: readonly string[]) =>
      manager.create(managing, { name: 'keyroom-test', allowedAddresses, channels, validUntil });
    const [ours, elsewhere] = [await make(['203.0.113.0/28']), await make(['192.0.2.1'])];
    expect([await manager.check(ours.value, ['sms']), await manager.check(elsewhere.value, ['sms'])]).toEqual([
      'ok',
      'address-refused',
    ]);
    expect(await manager.revoke(managing, ours.providerKeyId ?? '')).toBe('revoked');
    expect(await manager.check(ours.value, ['sms'])).toBe('refused');
    expect(await manager.listLive(managing)).toMatchObject([{ id: elsewhere.providerKeyId }]);
    await harness.close();
  });
});
