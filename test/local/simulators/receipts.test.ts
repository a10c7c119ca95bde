import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import twilio from 'twilio';
import { createCredentialManager } from '../../../lambda/providers/credential-managers.ts';
import { receiptReader, receiptVerifier } from '../../../lambda/providers/receipts.ts';
import { createProvider } from '../../../lambda/providers/registry.ts';
import { createHttp } from '../../../lambda/shared/http.ts';
import type { MessagingProvider } from '../../../lambda/shared/messaging-provider.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { MANAGING, startHarness, type Harness } from './support/harness.ts';

/** What the room takes for its door; it leads nowhere. */
const DOOR = 'https://abc123.execute-api.us-east-1.amazonaws.com/receipts';
const TO = '+971500000001';
/** Of each provider, the word for a message that did not arrive. */
const FAILED = { d7: 'un_delivered', infobip: 'UNDELIVERABLE_NOT_DELIVERED', twilio: 'undelivered' };

interface Received {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

describe.each(['d7', 'infobip', 'twilio'] as const)('the receipts of the simulator of %s', (name) => {
  let harness: Harness;
  let receiver: Server;
  let provider: MessagingProvider;
  let key: SecretValue;
  const received: Received[] = [];

  beforeAll(async () => {
    harness = await startHarness(name);
    receiver = createServer({ key: harness.tls.key, cert: harness.tls.chain }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString(), headers: request.headers });
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    await harness.control('POST', '/receipts', { [DOOR]: `https://127.0.0.1:${String(port)}/door` });
    const options = { http: createHttp({ ca: harness.ca }), baseUrl: harness.baseUrl };
    provider = createProvider(name, options);
    const binding = { name: 'keyroom-test', allowedAddresses: ['203.0.113.10', '203.0.113.11'] };
    const managing = new SecretValue(JSON.stringify(MANAGING[name]));
    const { value } = await createCredentialManager(name, options)!.create(managing, {
      ...binding,
      channels: ['sms'],
      validUntil: Date.now() + 86_400_000,
    });
    key = value;
  });
  afterEach(async () => {
    received.length = 0;
    const usual = name === 'twilio' ? { sharedKey: null } : {};
    await harness.control('POST', '/account', { ...usual, outcomes: {}, receipts: {} });
  });
  afterAll(async () => {
    receiver.close();
    receiver.closeAllConnections();
    await harness.close();
  });

  const number = name === 'infobip' ? TO.slice(1) : TO;
  const send = async (path = '/v1/receipts/OPAQUE', base = DOOR) => {
    const message = { id: `msg_${String(Math.random())}`, attempt: 1, channel: 'sms', to: TO, from: 'Acme' } as const;
    const content = { kind: 'text', text: 'hi' } as const;
    const outcome = await provider.send({ ...message, content, receiptUrl: base + path }, key, 2000);
    if (outcome.kind !== 'accepted') throw new Error(`the simulator answered ${outcome.kind}`);
    return outcome.providerMessageId;
  };
  const advance = (advanceSeconds: number) => harness.control('POST', '/clock', { advanceSeconds });
  const until = async (count: number) => {
    for (let look = 0; look < 100 && received.length < count; look += 1) await sleep(50);
    // One too many would come as soon.
    await sleep(500);
    return received;
  };
  /** What the room's own reader makes of them, without those of a message under way. */
  const states = async () => {
    const read = receiptReader(name)!;
    const all = await Promise.all(
      received.map(({ body, headers }) =>
        read({ bytes: Buffer.from(body), contentType: String(headers['content-type']) }),
      ),
    );
    return all.flat().map(({ providerMessageId, state }) => [providerMessageId, state.kind]);
  };
  const underWay = name === 'infobip' ? 0 : 1;

  test('tell at the address of the message that it was delivered, in words that the room reads', async () => {
    const id = await send();
    await advance(10);
    await until(underWay + 1);
    expect((await states()).at(-1)).toEqual([id, 'delivered']);
    expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/door/v1/receipts/OPAQUE']));
    expect(await harness.control('GET', '/receipts')).toContainEqual(expect.objectContaining({ status: 200 }));
  });

  test('tell that it was not', async () => {
    await harness.control('POST', '/account', { outcomes: { [number]: FAILED[name] } });
    const id = await send();
    await advance(10);
    await until(underWay + 1);
    expect((await states()).at(-1)).toEqual([id, 'undelivered']);
  });

  test.each([
    ['never', [], 0],
    ['twice', ['delivered', 'delivered'], 10],
    ['late', ['delivered'], 3700],
    ['reversed', ['delivered', 'accepted'], 10],
  ])('%s, where a test wants it so', async (habit, kinds, seconds) => {
    await harness.control('POST', '/account', { receipts: { [number]: habit } });
    await send();
    if (habit === 'late') {
      await advance(10);
      await until(underWay);
      expect(received).toHaveLength(underWay);
    }
    await advance(seconds);
    const first = habit === 'never' || habit === 'reversed' ? 0 : underWay;
    await until(first + kinds.length);
    expect((await states()).slice(first).map(([, kind]) => kind)).toEqual(kinds);
  });

  test('leave this machine never', async () => {
    await send('', 'https://198.51.100.1/v1/receipts/OPAQUE');
    await advance(10);
    for (let look = 0; look < 20; look += 1) await sleep(50);
    expect(received).toEqual([]);
    await expect(harness.control('POST', '/receipts', { [DOOR]: 'https://198.51.100.1' })).rejects.toThrow('400');
  });

  if (name !== 'twilio') return;
  test('bear the signature that Twilio’s own SDK checks', async () => {
    await send();
    await advance(10);
    const [first] = await until(2);
    const { authToken } = (await harness.control('GET', '/account')) as { authToken: string };
    const fields = Object.fromEntries(new URLSearchParams(first?.body));
    const signature = String(first?.headers['x-twilio-signature']);
    const url = `${DOOR}/v1/receipts/OPAQUE`;
    expect(twilio.validateRequest(authToken, signature, url, fields)).toBe(true);
    expect(twilio.validateRequest('another', signature, url, fields)).toBe(false);
  });

  test('bear one by a shared key that the room checks, where webhooks are set up so', async () => {
    const keys = ['one', 'other'].map(
      (secret) => new SecretValue(JSON.stringify({ sharedKeyId: 'webhooks_sharedkey_1', sharedKeySecret: secret })),
    );
    await harness.control('POST', '/account', { sharedKey: { id: 'webhooks_sharedkey_1', secret: 'one' } });
    await send();
    await advance(10);
    const all = await until(2);
    const verify = receiptVerifier('twilio')!;
    for (const { body, headers } of all) {
      const texts = Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, String(value)]));
      const call = {
        url: `${DOOR}/v1/receipts/OPAQUE`,
        headers: texts,
        body: { bytes: Buffer.from(body), contentType: texts['content-type'] ?? '' },
      };
      expect(await verify(call, keys.slice(0, 1))).toBe('genuine');
      expect(await verify(call, keys.slice(1))).toBe('forged');
    }
    expect(all).toHaveLength(2);
  });
});
