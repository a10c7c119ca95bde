import { createHandler } from '../../../lambda/send/handler.ts';
import { expectDescribed } from '../support/api.ts';
import { bodyOf, CONTEXT, doorEvent } from '../support/door.ts';
import { NOT_SENT, REJECTED } from '../support/results.ts';
import { roomWithLimits, SMS } from '../support/room.ts';
import { createWorld, type World } from '../support/world.ts';

const call = async (changes: Parameters<typeof doorEvent>[0] = {}, world: World = createWorld()) => {
  const response = await createHandler(() => world.ports)(doorEvent(changes), CONTEXT);
  expectDescribed(['post', '/v1/messages'], response);
  return { response, body: bodyOf(response), world };
};
const JSON_TYPE = { 'content-type': 'application/json' };

describe('the door of send', () => {
  test('answers 202 with the message', async () => {
    const { response, body } = await call();
    expect(response).toMatchObject({
      statusCode: 202,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    });
    expect(response.headers).not.toHaveProperty('Idempotent-Replayed');
    expect(body).toMatchObject({ status: 'accepted', to: 'AE…01' });
  });

  test('says what the app may still send, as the tenth draft of RateLimit writes it', async () => {
    const room = roomWithLimits({ messagesPerDay: 2 });
    const world = createWorld({ room });
    await world.send(SMS, 'warm');
    const { response } = await call({}, world);
    expect(response.headers?.['RateLimit-Policy']).toContain('"messages-per-day";q=2;w=86400, "messages-per-month";q=');
    expect(response.headers?.RateLimit).toContain('"messages-per-day";r=0;t=43200');
    expect(response.headers?.RateLimit).toContain('"messages-per-second";r=498;t=1');
    expect(response.headers?.RateLimit).not.toMatch(/recipient|prefix/);
    const refused = await call({ headers: { ...JSON_TYPE, 'idempotency-key': 'next' } }, world);
    expect(refused.response.headers).toMatchObject({
      'RateLimit-Policy': '"messages-per-day";q=2;w=86400',
      RateLimit: '"messages-per-day";r=0;t=43200',
    });
  });

  test.each([
    ['refused by the provider', (world: World) => void world.turns.push(REJECTED)],
    ['without a key', (world: World) => void (world.secret.AWSCURRENT = { kind: 'absent' })],
  ])('what a request that was %s took went back, as RateLimit says', async (_, spoil) => {
    const world = createWorld({ room: roomWithLimits({ messagesPerDay: 7 }) });
    spoil(world);
    const { response } = await call({}, world);
    expect(response.statusCode).toBeGreaterThanOrEqual(422);
    expect(response.headers?.RateLimit).toContain('"messages-per-day";r=7;');
    expect(response.headers?.RateLimit).toContain('"messages-per-second";r=500;');
    expect(world.used()).toBe(0);
  });

  test('of a window that cannot give as much as was asked for, RateLimit says what it still can', async () => {
    const world = createWorld({ room: roomWithLimits({ segmentsPerDay: 3 }) });
    await world.send({ ...SMS, text: 'x'.repeat(200) }, 'two-segments');
    const { response } = await call({ body: JSON.stringify({ ...SMS, text: 'x'.repeat(200) }) }, world);
    expect(response).toMatchObject({ statusCode: 403, headers: { RateLimit: '"segments-per-day";r=1;t=43200' } });
  });

  test('answers 202 for a message that it will try again', async () => {
    const world = createWorld();
    world.turns.push(NOT_SENT);
    const { response, body } = await call({}, world);
    expect([response.statusCode, body.status, body.safeToResend]).toEqual([202, 'queued', false]);
  });

  test('answers 200 and says so when the request is a replay', async () => {
    const world = createWorld();
    await call({}, world);
    const { response } = await call({}, world);
    expect(response).toMatchObject({ statusCode: 200, headers: { 'Idempotent-Replayed': 'true' } });
  });

  test('reports a dry run without a key, and does nothing', async () => {
    const world = createWorld();
    const { response, body } = await call(
      { headers: JSON_TYPE, body: JSON.stringify({ ...SMS, dryRun: true }) },
      world,
    );
    expect(response.statusCode).toBe(200);
    expect(body).toMatchObject({ dryRun: true, wouldSend: true, to: 'AE…01', segments: 1 });
    expect(world.calls).toHaveLength(0);
    const missing = await call({ headers: JSON_TYPE, body: JSON.stringify({ ...SMS, dryRun: false }) }, world);
    expect(missing.body.type).toBe('urn:keyroom:problem:idempotency-key-missing');
  });

  test('answers a problem as RFC 9457 says, with the request id and when to come back', async () => {
    const world = createWorld();
    world.secret.AWSCURRENT = { kind: 'unavailable' };
    const { response, body } = await call({}, world);
    expect(response).toMatchObject({
      statusCode: 503,
      headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '2' },
    });
    expect(body).toMatchObject({
      type: 'urn:keyroom:problem:not-sent',
      status: 503,
      sent: false,
      retry: 'same-key',
      requestId: 'request-1',
    });
    expect(body).not.toHaveProperty('code');
  });

  test.each([
    ['no identity', null],
    ['a user', 'arn:aws:iam::111111111111:user/shop-sender'],
    ['the same role name in another account', 'arn:aws:sts::222222222222:assumed-role/shop-sender/s'],
    ['another role', 'arn:aws:sts::111111111111:assumed-role/other/s'],
    ['a role whose session is named like the app', 'arn:aws:sts::111111111111:assumed-role/other/shop-sender'],
    ['a name that only begins like the app', 'arn:aws:sts::111111111111:assumed-role/shop-sender2/s'],
  ])('refuses %s', async (_who, userArn) => {
    const { response, body, world } = await call({ userArn });
    expect(response.statusCode).toBe(403);
    expect(body.type).toBe('urn:keyroom:problem:not-authorized');
    expect(world.calls).toHaveLength(0);
  });

  test.each(['Origin', 'origin', 'Sec-Fetch-Site', 'sec-fetch-user', 'Sec-Fetch-Dest'])(
    'refuses a browser, known by %s',
    async (name) => {
      const headers = { ...JSON_TYPE, 'idempotency-key': 'k', [name]: 'https://shop.example' };
      const { response, body, world } = await call({ headers });
      expect(response.statusCode).toBe(403);
      expect(body.type).toBe('urn:keyroom:problem:browser-caller');
      expect(world.calls).toHaveLength(0);
    },
  );

  test("takes Node's own fetch, which says sec-fetch-mode, for a backend", async () => {
    const headers = { ...JSON_TYPE, 'idempotency-key': 'k', 'sec-fetch-mode': 'cors' };
    expect((await call({ headers })).response.statusCode).toBe(202);
  });

  test('reads headers from either map, whatever the case of their names', async () => {
    const multiValueHeaders = { 'CONTENT-TYPE': ['application/json; charset=utf-8'], 'IDEMPOTENCY-KEY': ['key-1'] };
    expect((await call({ headers: {}, multiValueHeaders })).response.statusCode).toBe(202);
    expect((await call({ headers: null as never, multiValueHeaders })).response.statusCode).toBe(202);
  });

  test.each([
    ['a missing key', {}, 400, 'idempotency-key-missing'],
    ['an empty key', { 'Idempotency-Key': '' }, 400, 'invalid-request'],
    ['an empty quoted key', { 'Idempotency-Key': '""' }, 400, 'invalid-request'],
    ['a key of 256 characters', { 'Idempotency-Key': 'k'.repeat(256) }, 400, 'invalid-request'],
    ['a key with a control character', { 'Idempotency-Key': 'a\tb' }, 400, 'invalid-request'],
    ['a key beyond ASCII', { 'Idempotency-Key': 'schlüssel' }, 400, 'invalid-request'],
  ])('refuses %s', async (_what, headers, status, code) => {
    const { response, body } = await call({ headers: { ...JSON_TYPE, ...headers } });
    expect(response.statusCode).toBe(status);
    expect(body).toMatchObject({ type: `urn:keyroom:problem:${code}`, field: 'Idempotency-Key', sent: false });
  });

  test('takes a bare and a quoted key for the same', async () => {
    const world = createWorld();
    await call({ headers: { ...JSON_TYPE, 'Idempotency-Key': '"order 1"' } }, world);
    const { response } = await call({ headers: { ...JSON_TYPE, 'Idempotency-Key': 'order 1' } }, world);
    expect(response.statusCode).toBe(200);
    expect((await call({ headers: { ...JSON_TYPE, 'Idempotency-Key': 'k'.repeat(255) } })).response.statusCode).toBe(
      202,
    );
  });

  test('refuses another content type', async () => {
    const { response, body } = await call({ headers: { 'content-type': 'text/plain', 'idempotency-key': 'k' } });
    expect(response.statusCode).toBe(415);
    expect(body).toMatchObject({ status: 415, field: 'Content-Type', allowed: 'application/json' });
  });

  test('counts the bytes of the body, encoded or not', async () => {
    const fits = JSON.stringify({ ...SMS, reference: 'r' }).padEnd(32 * 1024, ' ');
    expect((await call({ body: fits })).response.statusCode).toBe(202);
    expect((await call({ body: `${fits} ` })).response.statusCode).toBe(413);
    const encoded = (text: string) => ({ body: Buffer.from(text).toString('base64'), isBase64Encoded: true });
    expect((await call(encoded(fits))).response.statusCode).toBe(202);
    expect((await call(encoded(`${fits} `))).response.statusCode).toBe(413);
    expect((await call({ body: `"${'é'.repeat(16 * 1024)}"` })).response.statusCode).toBe(413);
  });

  test.each([null, '', '{', 'null', '[]', '"text"'])('refuses the body %p', async (body) => {
    const answer = await call({ body });
    expect(answer.response.statusCode).toBe(400);
    expect(answer.body).toMatchObject({ type: 'urn:keyroom:problem:invalid-request', field: 'body' });
  });

  test('answers one fixed sentence when something unexpected happens, and may have sent', async () => {
    const world = createWorld({ around: () => Promise.reject(new Error('secret +971500000001')) });
    const { response, body } = await call({}, world);
    expect(response.statusCode).toBe(500);
    expect(body).toMatchObject({ detail: 'Something went wrong inside the room', sent: true, retry: 'same-key' });
    expect(response.body).not.toContain('971500000001');
    expect(world.logged.at(-1)).toMatchObject({ event: 'request failed', fields: { errorName: 'Error' } });
  });

  test('counts refusals for the room, where the app or the channel is not known', async () => {
    const { world } = await call({ userArn: null });
    expect(world.emitted).toEqual([{ values: { Refused: 1 }, scope: undefined }]);
  });
});
