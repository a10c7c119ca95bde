import { randomUUID } from 'node:crypto';

import { sms } from '../../local/demo/messages.ts';
import { generateClient } from './support/generated-client.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

const ROOM = 'playground';
const APP = 'website';
/** Two codes a minute to one recipient are what others send through this door, too. */
const MESSAGE: Readonly<Record<string, unknown>> = { ...sms(), category: 'transactional' };

describe('a client that a generator made of the API description', () => {
  const stage = openStage();
  const sdk = generateClient();
  let key = '';

  beforeAll(async () => {
    await importOnce(stage);
    const { stdout } = await stage.keyroom(['app-key', 'issue', ROOM, APP, '--json']);
    key = (JSON.parse(stdout) as { figures: { key?: string } }).figures.key ?? '';
  });
  afterAll(() => stage.keyroom(['app-key', 'revoke', ROOM, APP, '--all']));

  const keyed = () =>
    sdk.createClient({
      baseUrl: stage.room(ROOM).keyApiUrl ?? '',
      auth: ({ type }) => (type === 'http' ? key : undefined),
    });
  /** The same client, each of its requests signed on the way out. */
  const signed = () => {
    const { apiUrl } = stage.room('otp');
    const app = stage.app('otp', 'checkout');
    return sdk.createClient({
      baseUrl: apiUrl,
      fetch: async (request) => {
        const idempotencyKey = request.headers.get('idempotency-key');
        const answer = await app({
          method: request.method as 'GET' | 'POST',
          path: request.url.slice(apiUrl.length),
          ...(request.method === 'POST' && { body: await request.text() }),
          ...(idempotencyKey !== null && { headers: { 'idempotency-key': idempotencyKey } }),
        });
        return Response.json(answer.body, { status: answer.status, headers: answer.headers });
      },
    });
  };

  test('sends, replays, looks up and lists with a key', async () => {
    const client = keyed();
    const reference = randomUUID();
    const options = { client, body: { ...MESSAGE, reference }, headers: { 'Idempotency-Key': randomUUID() } };
    const sent = await sdk.sendMessage(options);
    expect([sent.response.status, sent.data]).toEqual([
      202,
      expect.objectContaining({ status: 'accepted', reference }),
    ]);
    expect(sent.response.headers.get('ratelimit')).toContain('"messages-per-day";r=');
    const replayed = await sdk.sendMessage(options);
    expect([replayed.response.status, replayed.data]).toEqual([200, sent.data]);
    expect(replayed.response.headers.get('idempotent-replayed')).toBe('true');
    const { id } = sent.data as { id: string };
    expect((await sdk.getMessage({ client, path: { id } })).data).toEqual(sent.data);
    const list = () => sdk.listMessages({ client, query: { reference, to: String(MESSAGE.to), limit: 10 } });
    let { data: page } = await list();
    for (let attempt = 0; page?.messages.length === 0 && attempt < 20; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      ({ data: page } = await list());
    }
    expect(page).toEqual({ messages: [sent.data], nextCursor: null });
  });

  test('tries a message dry, and reads a problem by its type', async () => {
    const client = keyed();
    const dry = await sdk.sendMessage({ client, body: { ...MESSAGE, dryRun: true } });
    expect([dry.response.status, dry.data]).toEqual([200, expect.objectContaining({ dryRun: true, segments: 1 })]);
    const refused = await sdk.sendMessage({
      client,
      body: { ...MESSAGE, channel: 'fax' },
      headers: { 'Idempotency-Key': randomUUID() },
    });
    expect(refused.data).toBeUndefined();
    expect(refused.error).toMatchObject({
      type: 'urn:keyroom:problem:invalid-request',
      field: 'channel',
      allowed: 'one of sms, whatsapp, viber',
      sent: false,
      retry: 'never',
    });
    expect((await sdk.getUsage({ client })).error).toMatchObject({ type: 'urn:keyroom:problem:not-authorized' });
  });

  test('sends and asks for its usage, signed by a hook', async () => {
    const client = signed();
    const sent = await sdk.sendMessage({ client, body: MESSAGE, headers: { 'Idempotency-Key': randomUUID() } });
    expect([sent.response.status, sent.data]).toEqual([202, expect.objectContaining({ status: 'accepted' })]);
    const usage = await sdk.getUsage({ client });
    expect(usage.data).toMatchObject({ app: 'checkout', frozen: false });
  });
});
