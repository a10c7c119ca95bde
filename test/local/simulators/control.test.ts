import { Agent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { at, textAt } from './support/client.ts';
import { MANAGING, startHarness, type Harness } from './support/harness.ts';

const SEND = '/messages/v1/send';
const sms = (content = 'hello') => ({
  messages: [{ channel: 'sms', recipients: ['+971500000001'], content, msg_type: 'text' }],
  message_globals: { originator: 'AcmeCo' },
});

describe('control interface', () => {
  let d7: Harness;
  let token: string;
  beforeAll(async () => {
    d7 = await startHarness('d7');
  });
  beforeEach(async () => {
    await d7.control('POST', '/reset');
    const { clientId: client_id, clientSecret: client_secret } = MANAGING.d7;
    const { body } = await d7.api('POST', '/auth/v1/login/application', { form: { client_id, client_secret } });
    token = `Bearer ${textAt(body, 'access_token')}`;
  });
  afterAll(() => d7.close());

  const send = (options: { agent?: Agent; from?: string; timeoutMs?: number } = {}, content?: string) =>
    d7.api('POST', SEND, { authorization: token, json: sms(content), ...options });
  const messages = async () => (await d7.control('GET', '/messages')) as { id: string; sourceAddress: string }[];
  const requests = async () => (await d7.control('GET', '/requests')) as { path: string; status: number | null }[];
  const fault = (...faults: object[]) => d7.control('POST', '/faults', faults);
  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => 'answered',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );

  test('is away for as long as it was told: connections are refused, and nothing is taken', async () => {
    await d7.control('POST', '/absence', { ms: 400 });
    const refused = async (): Promise<unknown> => refusal(send());
    for (let i = 0; i < 50 && (await refused()) !== 'ECONNREFUSED'; i++) await pause(10);
    expect(await refused()).toBe('ECONNREFUSED');
    for (let i = 0; i < 100 && (await refused()) !== 'answered'; i++) await pause(20);
    const before = (await messages()).length;
    expect((await send()).status).toBe(200);
    expect(await messages()).toHaveLength(before + 1);
  });

  describe('faults', () => {
    test('answers a status as often as asked and takes nothing', async () => {
      const body = { detail: 'later' };
      await fault({ method: 'POST', path: SEND, times: 2, status: 503, body, headers: { 'retry-after': '7' } });
      const answers = [await send(), await send(), await send()];
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 200]);
      expect([answers[0]?.body, answers[0]?.headers['retry-after']]).toEqual([body, '7']);
      expect(await messages()).toHaveLength(1);
    });

    test('takes the request behind a status when told to', async () => {
      await fault({
        method: 'POST',
        path: SEND,
        times: 1,
        status: 502,
        accept: true,
        body: '<html>bad gateway</html>',
      });
      const { status, body } = await send();
      expect([status, body]).toEqual([502, '<html>bad gateway</html>']);
      expect(await messages()).toHaveLength(1);
    });

    test('resets before accept: nothing is taken', async () => {
      await fault({ method: 'POST', path: SEND, times: 1, reset: 'before-accept' });
      expect(await refusal(send())).toBe('ECONNRESET');
      expect(await messages()).toEqual([]);
      expect((await requests()).at(-1)).toMatchObject({ path: SEND, status: null });
    });

    test('resets after accept: the message is taken once', async () => {
      await fault({ method: 'POST', path: SEND, times: 1, reset: 'after-accept' });
      expect(await refusal(send())).toBe('ECONNRESET');
      expect(await messages()).toHaveLength(1);
    });

    test('hangs after accept', async () => {
      await fault({ method: 'POST', path: SEND, times: 1, reset: 'after-accept', delayMs: 60_000 });
      expect(await refusal(send({ timeoutMs: 200 }))).toBe('TIMED_OUT');
      expect(await messages()).toHaveLength(1);
    });

    test('answers late what it took at once', async () => {
      await fault({ method: 'POST', path: SEND, times: 1, delayMs: 300 });
      const started = performance.now();
      const answer = send();
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(await messages()).toHaveLength(1);
      expect((await answer).status).toBe(200);
      expect(performance.now() - started).toBeGreaterThanOrEqual(290);
    });

    test('matches method and path, the latter also by its beginning', async () => {
      await fault(
        { method: 'GET', path: SEND, times: 1, status: 500 },
        { method: '*', path: '/messages/*', times: 1, status: 501 },
      );
      expect((await send()).status).toBe(501);
      expect((await send()).status).toBe(200);
      expect(await d7.control('GET', '/faults')).toHaveLength(1);
    });

    test.each([
      ['is no list', { method: 'POST' }],
      ['names an unknown field', [{ method: 'POST', path: '/', times: 1, delay: 5 }]],
      ['names an unknown reset', [{ method: 'POST', path: '/', times: 1, reset: 'sometimes' }]],
    ])('fails when the plan %s', async (_case, json) => {
      const { status } = await d7.call('POST', `${d7.baseUrl}/_control/faults`, { json });
      expect(status).toBe(400);
    });
  });

  describe('addresses', () => {
    test('alternate per connection, as with a NAT gateway per zone', async () => {
      await d7.control('POST', '/egress', { addresses: ['192.0.2.1', '192.0.2.2'] });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (const options of [{}, {}, { agent }, { agent }, {}]) await send(options);
      agent.destroy();
      const sources = (await messages()).map(({ sourceAddress }) => sourceAddress);
      expect(sources[2]).toBe(sources[3]);
      expect(new Set([sources[0], sources[1]])).toEqual(new Set(['192.0.2.1', '192.0.2.2']));
      expect(sources[4]).not.toBe(sources[3]);
    });

    test('show a stranger as a stranger', async () => {
      await send({ from: '127.0.0.2' });
      expect((await messages())[0]?.sourceAddress).toBe('127.0.0.2');
    });

    test.each([[[]], [['localhost']], ['192.0.2.1']])('fails when set to %j', async (addresses) => {
      const { status } = await d7.call('POST', `${d7.baseUrl}/_control/egress`, { json: { addresses } });
      expect(status).toBe(400);
    });
  });

  describe('records', () => {
    test('hold every request but no header, query or body', async () => {
      await d7.api('GET', '/messages/v1/balance?token=in-the-query', { authorization: token });
      await d7.api('GET', '/messages/v1/balance', { authorization: 'Bearer wrong' });
      const seen = await requests();
      expect(seen).toMatchObject([
        { method: 'POST', path: '/auth/v1/login/application', status: 200 },
        { method: 'GET', path: '/messages/v1/balance', status: 200 },
        { method: 'GET', path: '/messages/v1/balance', status: 401 },
      ]);
      expect(seen.map((entry) => Object.keys(entry).toSorted())).toEqual(
        seen.map(() => ['at', 'method', 'path', 'source', 'status']),
      );
      const everything = JSON.stringify([seen, await messages(), await d7.control('GET', '/credentials')]);
      for (const secret of [token.slice(7), MANAGING.d7.clientSecret, 'in-the-query']) {
        expect(everything).not.toContain(secret);
      }
    });

    test('name the credential of each message', async () => {
      await send();
      const [credential] = (await d7.control('GET', '/credentials')) as { id: string }[];
      expect(await messages()).toMatchObject([{ credentialId: credential?.id }]);
    });

    test('are empty after a reset, and so are faults, clock and applications', async () => {
      await send();
      await fault({ method: '*', path: '*', times: 9, status: 500 });
      await d7.control('POST', '/clock', { advanceSeconds: 999_999 });
      await d7.control('POST', '/account', { deleteApplication: MANAGING.d7.clientId });
      await d7.control('POST', '/reset');
      expect([await messages(), await requests(), await d7.control('GET', '/faults')]).toEqual([[], [], []]);
      const { now } = (await d7.control('GET', '/clock')) as { now: string };
      expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(5000);
      expect(await d7.control('GET', '/account')).toMatchObject({ managing: MANAGING.d7 });
    });
  });

  describe('rogue', () => {
    test('sends as a stranger with the key in use', async () => {
      await send();
      expect(await d7.control('POST', '/rogue', { count: 3 })).toMatchObject({
        attempted: 3,
        accepted: 3,
        refused: [],
      });
      const all = (await d7.control('GET', '/messages')) as { credentialId: string; sourceAddress: string }[];
      expect(all).toHaveLength(4);
      expect(new Set(all.map(({ credentialId }) => credentialId)).size).toBe(1);
      expect(all.slice(1).map(({ sourceAddress }) => sourceAddress)).toEqual(Array(3).fill('198.51.100.66'));
    });

    test('is refused with a key bound to addresses', async () => {
      const infobip = await startHarness('infobip');
      const { username, password } = MANAGING.infobip;
      await infobip.api('POST', '/settings/2/api-keys', {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        json: { name: 'bound', allowedIPs: ['203.0.113.10'] },
      });
      expect(await infobip.control('POST', '/rogue', { count: 2 })).toMatchObject({ accepted: 0, refused: [403, 403] });
      const near = { count: 2, from: '203.0.113.10' };
      expect(await infobip.control('POST', '/rogue', near)).toMatchObject({ accepted: 2, refused: [] });
      const nowhere = await infobip.call('POST', `${infobip.baseUrl}/_control/rogue`, {
        json: { count: 1, from: 'near' },
      });
      expect([nowhere.status, nowhere.body]).toEqual([400, { error: 'from: must be an IP address' }]);
      await infobip.close();
    });

    test('is refused when there is no key at all', async () => {
      await d7.control('POST', '/reset');
      expect(await d7.control('POST', '/rogue', { count: 1 })).toMatchObject({ refused: [401], credentialId: null });
    });
  });

  describe('disable', () => {
    test.each(['infobip', 'twilio'] as const)('%s: fails when there is no such key', async (provider) => {
      const simulator = await startHarness(provider);
      const json = { credentialId: 'nobody' };
      const answer = await simulator.call('POST', `${simulator.baseUrl}/_control/disable`, { json });
      await simulator.close();
      expect([answer.status, answer.body]).toEqual([400, { error: 'disable: no such key' }]);
    });

    test('d7: fails, as no token can be ended alone', async () => {
      const json = { credentialId: 'any' };
      const { status, body } = await d7.call('POST', `${d7.baseUrl}/_control/disable`, { json });
      expect([status, textAt(body, 'error')]).toEqual([400, expect.stringContaining('no token alone')]);
      expect((await d7.call('POST', `${d7.baseUrl}/_control/disable`, { json: {} })).status).toBe(400);
    });
  });

  describe('account', () => {
    test('replaces the managing credential, also at a reset', async () => {
      const managing = { clientId: 'new', clientSecret: 'new-secret' };
      expect(await d7.control('POST', '/account', { managing })).toMatchObject({ applications: [managing] });
      const form = { client_id: 'new', client_secret: 'new-secret' };
      expect((await d7.api('POST', '/auth/v1/login/application', { form })).status).toBe(200);
      expect((await send()).status).toBe(401);
      await d7.control('POST', '/reset', { managing: { ...managing, clientId: 'newer' } });
      expect(at(await d7.control('GET', '/account'), 'managing', 'clientId')).toBe('newer');
    });

    test.each([
      ['a setting is unknown', { colour: 'red' }],
      ['a number is negative', { propagationSeconds: -1 }],
      ['an application has other fields', { addApplication: { id: 'x' } }],
      ['an application to delete is none', { deleteApplication: 'nobody' }],
    ])('fails when %s', async (_case, json) => {
      expect((await d7.call('POST', `${d7.baseUrl}/_control/account`, { json })).status).toBe(400);
    });
  });

  test('fails when the path is unknown, the body is not JSON, or the clock is to go back', async () => {
    const control = (path: string, options: object) => d7.call('POST', `${d7.baseUrl}/_control${path}`, options);
    expect((await control('/nothing', {})).status).toBe(404);
    expect((await control('/faults', { raw: { type: 'application/json', body: '[' } })).status).toBe(400);
    expect((await control('/clock', { json: { advanceSeconds: -1 } })).status).toBe(400);
  });

  test('refuses a body of more than a mebibyte', async () => {
    const outcome = await d7.api('POST', SEND, { authorization: token, json: sms('a'.repeat(1_100_000)) }).then(
      ({ status }) => status,
      () => 413,
    );
    expect(outcome).toBe(413);
    expect(await messages()).toEqual([]);
  });

  test('answers 400 requests over 20 connections, each once', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const answers = await Promise.all(Array.from({ length: 400 }, (_, index) => send({ agent }, String(index))));
    agent.destroy();
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(new Set((await messages()).map(({ id }) => id)).size).toBe(400);
  });
});
