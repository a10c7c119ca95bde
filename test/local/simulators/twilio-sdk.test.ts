import { MANAGING, startHarness, type Harness } from './support/harness.ts';
import { including, textLike } from './support/matchers.ts';
import { createSdk } from './support/twilio-client.ts';

const { accountSid, apiKeySid, apiKeySecret } = MANAGING.twilio;
const SMS = { to: '+971500000001', from: 'Acme', body: 'Your code is 123456' };
const CREATE = '/twilio/messaging/messages/create';
const READ = '/twilio/messaging/messages/read';
const LIST = '/twilio/messaging/messages/list';

/** Code of Twilio's own SDK drives the simulator: nobody here wrote what it sends or how it reads answers. */
describe('Twilio’s SDK', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness('twilio');
  });
  beforeEach(() => harness.control('POST', '/reset'));
  afterAll(() => harness.close());

  const as = (user: string, password: string) => createSdk(harness, { accountSid, user, password });
  const main = () => as(apiKeySid, apiKeySecret);
  const restricted = async (...allow: readonly string[]) => {
    const key = await main().iam.v1.newApiKey.create({
      accountSid,
      friendlyName: 'restricted',
      keyType: 'restricted',
      policy: { allow },
    });
    return { sid: key.sid, client: as(key.sid, key.secret), key };
  };
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no failure',
      (error: unknown) => {
        const { status, code, moreInfo } = error as { status: number; code: number; moreInfo: string };
        return { status, code, moreInfo };
      },
    );
  const authToken = async () => ((await harness.control('GET', '/account')) as { authToken: string }).authToken;

  describe('messages', () => {
    test('sends, fetches and lists', async () => {
      const sdk = main();
      const sent = await sdk.messages.create(SMS);
      expect(sent).toMatchObject({ ...SMS, accountSid, status: 'queued', numSegments: '1', price: null });
      expect(sent.dateCreated.getTime()).toBeGreaterThan(Date.now() - 60_000);
      await harness.control('POST', '/clock', { advanceSeconds: 10 });
      expect(await sdk.messages(sent.sid).fetch()).toMatchObject({ status: 'delivered', price: '-0.00750' });
      expect((await sdk.messages.list()).map(({ sid }) => sid)).toEqual([sent.sid]);
      expect(await harness.control('GET', '/messages')).toEqual([
        including({ id: sent.sid, channel: 'sms', to: SMS.to, text: SMS.body, credentialId: apiKeySid }),
      ]);
    });

    test('sends a WhatsApp template', async () => {
      const contentSid = `HX${'d'.repeat(32)}`;
      const to = 'whatsapp:+971500000001';
      const contentVariables = JSON.stringify({ 1: '123456', 2: 'Ann' });
      await main().messages.create({ to, from: 'whatsapp:+971500000000', contentSid, contentVariables });
      expect(await harness.control('GET', '/messages')).toEqual([
        including({ channel: 'whatsapp', text: `${contentSid}[123456,Ann]` }),
      ]);
    });

    test('lists by recipient, sender and day, over several pages', async () => {
      const sdk = main();
      for (let index = 0; index < 5; index += 1) await sdk.messages.create({ ...SMS, body: String(index) });
      await sdk.messages.create({ ...SMS, to: '+4915112345678', from: '+971500000000' });
      await harness.control('POST', '/clock', { advanceSeconds: 2 * 86_400 });
      await sdk.messages.create({ ...SMS, body: 'two days later' });
      const bodies = async (filter: object) => (await sdk.messages.list(filter)).map(({ body }) => body);
      expect(await bodies({ to: SMS.to, pageSize: 2 })).toEqual(['two days later', '4', '3', '2', '1', '0']);
      expect(await bodies({ to: SMS.to, limit: 2 })).toEqual(['two days later', '4']);
      expect(await bodies({ from: '+971500000000' })).toEqual([SMS.body]);
      expect(await bodies({ dateSentAfter: new Date(Date.now() + 86_400_000) })).toEqual(['two days later']);
      expect(await bodies({ dateSent: new Date(), from: SMS.from })).toHaveLength(5);
      expect(await bodies({ dateSentBefore: new Date(Date.now() - 86_400_000) })).toEqual([]);
    });

    test('deletes', async () => {
      const sdk = main();
      const { sid } = await sdk.messages.create(SMS);
      expect(await sdk.messages(sid).remove()).toBe(true);
      expect(await failure(sdk.messages(sid).fetch())).toMatchObject({ status: 404, code: 20404 });
    });

    test.each([
      ['a recipient that is none', { ...SMS, to: '+12' }, 21211],
      ['no sender', { to: SMS.to, body: 'hi' }, 21603],
      ['nothing to say', { to: SMS.to, from: SMS.from }, 21619],
      ['too much to say', { ...SMS, body: 'x'.repeat(1601) }, 21617],
      ['two channels', { ...SMS, to: `whatsapp:${SMS.to}` }, 21910],
      ['a template that is none', { ...SMS, contentSid: 'otp' }, 21655],
      ['variables that are none', { ...SMS, contentSid: `HX${'d'.repeat(32)}`, contentVariables: '[1]' }, 21656],
    ])('fails for %s with Twilio’s own code', async (_, message, code) => {
      expect(await failure(main().messages.create(message))).toEqual({
        status: 400,
        code,
        moreInfo: `https://www.twilio.com/docs/errors/${String(code)}`,
      });
      expect(await harness.control('GET', '/messages')).toEqual([]);
    });

    test('fails for a recipient a test wants refused, without money, and above a rate', async () => {
      const sdk = main();
      await harness.control('POST', '/account', { outcomes: { [SMS.to]: '21610' } });
      expect(await failure(sdk.messages.create(SMS))).toMatchObject({ status: 400, code: 21610 });
      await harness.control('POST', '/account', { outcomes: {}, balanceMicros: 7499 });
      expect(await failure(sdk.messages.create(SMS))).toMatchObject({ status: 403, code: 20005 });
      await harness.control('POST', '/account', { requestsPerSecond: 0 });
      expect(await failure(sdk.messages.create(SMS))).toMatchObject({ status: 429, code: 20429 });
    });

    test('tells of a message that was not delivered', async () => {
      await harness.control('POST', '/account', { outcomes: { [SMS.to]: 'undelivered' }, deliverySeconds: 0 });
      const { sid } = await main().messages.create(SMS);
      expect(await main().messages(sid).fetch()).toMatchObject({ status: 'undelivered', errorCode: 30003 });
    });

    test('reads the balance', async () => {
      await harness.control('POST', '/account', { balanceMicros: 12_500_000 });
      expect(await main().balance.fetch()).toMatchObject({ balance: '12.5', currency: 'USD' });
    });
  });

  describe('keys', () => {
    test('creates, fetches, lists, renames and deletes; the secret is told once', async () => {
      const iam = main().iam.v1;
      const { sid, key } = await restricted(CREATE);
      expect(key).toMatchObject({
        friendlyName: 'restricted',
        secret: textLike(/^\w{32}$/),
        policy: { allow: [CREATE] },
      });
      const fetched = await iam.apiKey(sid).fetch();
      expect(fetched).toMatchObject({ sid, policy: { allow: [CREATE] } });
      expect(JSON.stringify(fetched)).not.toContain(key.secret);
      expect(await iam.apiKey(sid).update({ friendlyName: 'renamed' })).toMatchObject({ friendlyName: 'renamed' });
      const listed = await iam.getApiKeys.list({ accountSid });
      expect(listed).toMatchObject([{ sid, friendlyName: 'renamed' }]);
      expect(JSON.stringify(listed)).not.toContain(key.secret);
      expect(await iam.apiKey(sid).remove()).toBe(true);
      expect(await iam.getApiKeys.list({ accountSid })).toEqual([]);
      expect(await failure(iam.apiKey(sid).fetch())).toMatchObject({ status: 404, code: 20404 });
    });

    test('many keys live side by side', async () => {
      for (let index = 0; index < 5; index += 1) await restricted(CREATE);
      expect(await main().iam.v1.getApiKeys.list({ accountSid, pageSize: 2 })).toHaveLength(5);
    });

    test('a restricted key may do what its policy names: create, read and list are apart', async () => {
      const { sid: known } = await main().messages.create(SMS);
      const tried = async (permission: string) => {
        const { client } = await restricted(permission);
        const outcomes = [
          client.messages.create(SMS),
          client.messages(known).fetch(),
          client.messages.list(),
          client.balance.fetch(),
        ].map(failure);
        return (await Promise.all(outcomes)).map((outcome) => (typeof outcome === 'string' ? 'ok' : outcome.code));
      };
      expect(await tried(CREATE)).toEqual(['ok', 70051, 70051, 70051]);
      expect(await tried(READ)).toEqual([70051, 'ok', 70051, 70051]);
      expect(await tried(LIST)).toEqual([70051, 70051, 'ok', 70051]);
    });

    test('a key with a new policy is bound by the new one', async () => {
      const { sid, client } = await restricted(LIST);
      await main()
        .iam.v1.apiKey(sid)
        .update({ policy: { allow: [CREATE] } });
      expect(await failure(client.messages.list())).toMatchObject({ code: 70051 });
      expect(await failure(client.messages.create(SMS))).toBe('no failure');
    });

    test.each([['Standard'], ['restricted']])('a %s key manages no keys', async (kind) => {
      const standard = await main().iam.v1.newApiKey.create({ accountSid });
      const client =
        kind === 'Standard'
          ? as(standard.sid, standard.secret)
          : (await restricted('/twilio/iam/api-keys/create')).client;
      expect(await failure(client.iam.v1.getApiKeys.list({ accountSid }))).toMatchObject({ status: 401, code: 20003 });
      expect(await failure(client.iam.v1.newApiKey.create({ accountSid }))).toMatchObject({ status: 401, code: 20003 });
    });

    test('a Standard key cannot be narrowed', async () => {
      const { sid } = await main().iam.v1.newApiKey.create({ accountSid });
      const narrowed = main()
        .iam.v1.apiKey(sid)
        .update({ policy: { allow: [CREATE] } });
      expect(await failure(narrowed)).toMatchObject({ status: 400, code: 20001 });
    });

    test('keys are made and listed for the own account only', async () => {
      const other = { accountSid: `AC${'9'.repeat(32)}` };
      expect(await failure(main().iam.v1.newApiKey.create(other))).toMatchObject({ status: 404, code: 20404 });
      expect(await failure(main().iam.v1.getApiKeys.list(other))).toMatchObject({ status: 404, code: 20404 });
    });

    test('a page is only given to whoever has its token', async () => {
      for (let index = 0; index < 3; index += 1) await restricted(CREATE);
      const page = (pageToken: string) =>
        main().iam.v1.getApiKeys.page({ accountSid, pageSize: 2, pageNumber: 1, pageToken });
      expect(await failure(page('PA1'))).toMatchObject({ status: 400, code: 20001 });
    });

    test('the older way of making keys makes one that may do everything', async () => {
      const key = await main().newKeys.create({ friendlyName: 'old' });
      expect(await failure(as(key.sid, key.secret).messages.list())).toBe('no failure');
      expect((await main().iam.v1.apiKey(key.sid).fetch()).policy).toBeNull();
    });

    test('a deleted key is refused', async () => {
      const { sid, client } = await restricted(CREATE);
      await main().iam.v1.apiKey(sid).remove();
      expect(await failure(client.messages.create(SMS))).toMatchObject({ status: 401, code: 20003 });
    });

    test('a new and a deleted key take effect after the propagation delay', async () => {
      await harness.control('POST', '/account', { propagationSeconds: 5 });
      const { sid, client } = await restricted(CREATE);
      expect(await failure(client.messages.create(SMS))).toMatchObject({ code: 20003 });
      await harness.control('POST', '/clock', { advanceSeconds: 5 });
      expect(await failure(client.messages.create(SMS))).toBe('no failure');
      await main().iam.v1.apiKey(sid).remove();
      expect(await failure(client.messages.create(SMS))).toBe('no failure');
      await harness.control('POST', '/clock', { advanceSeconds: 5 });
      expect(await failure(client.messages.create(SMS))).toMatchObject({ code: 20003 });
    });

    test.each([
      ['without a policy', { keyType: 'restricted' }],
      ['with a policy and of no kind', { policy: { allow: [CREATE] } }],
      ['with a policy that allows nothing', { keyType: 'restricted', policy: { allow: [] } }],
      ['with 101 permissions', { keyType: 'restricted', policy: { allow: Array(101).fill(CREATE) as string[] } }],
      ['with a permission of another form', { keyType: 'restricted', policy: { allow: ['sms:send'] } }],
      ['with a name of 65 characters', { friendlyName: 'x'.repeat(65) }],
    ])('fails to make a key %s', async (_, options) => {
      expect(await failure(main().iam.v1.newApiKey.create({ accountSid, ...options }))).toMatchObject({ code: 20001 });
      expect(await main().iam.v1.getApiKeys.list({ accountSid })).toEqual([]);
    });
  });

  describe('credentials', () => {
    test('the auth token is replaced in two steps: both are valid, then the old one is void at once', async () => {
      const first = await authToken();
      const { secondaryAuthToken: second } = await as(accountSid, first).accounts.v1.secondaryAuthToken().create();
      await as(accountSid, first).messages.create(SMS);
      await as(accountSid, second).messages.create(SMS);
      expect(await as(accountSid, first).accounts.v1.authTokenPromotion().update()).toMatchObject({
        authToken: second,
      });
      expect(await failure(as(accountSid, first).messages.create(SMS))).toMatchObject({ status: 401, code: 20003 });
      expect(await failure(as(accountSid, second).messages.create(SMS))).toBe('no failure');
    });

    test('a secondary auth token can be given up', async () => {
      const first = await authToken();
      const tokens = as(accountSid, first).accounts.v1;
      const { secondaryAuthToken: second } = await tokens.secondaryAuthToken().create();
      expect(await tokens.secondaryAuthToken().remove()).toBe(true);
      expect(await failure(as(accountSid, second).messages.list())).toMatchObject({ code: 20003 });
      expect(await failure(tokens.authTokenPromotion().update())).toMatchObject({ status: 404 });
    });

    test.each([
      ['a wrong secret', apiKeySid, 'wrong'],
      ['an unknown key', `SK${'9'.repeat(32)}`, apiKeySecret],
      ['a wrong auth token', accountSid, 'wrong'],
    ])('fails for %s', async (_, user, password) => {
      expect(await failure(as(user, password).messages.create(SMS))).toMatchObject({ status: 401, code: 20003 });
    });

    test('fails for another account', async () => {
      const other = createSdk(harness, { accountSid: `AC${'9'.repeat(32)}`, user: apiKeySid, password: apiKeySecret });
      expect(await failure(other.messages.create(SMS))).toMatchObject({ status: 401, code: 20003 });
    });
  });

  test('a stranger with the key sends from anywhere, for Twilio binds no key to addresses', async () => {
    const { sid, client } = await restricted(CREATE);
    await client.messages.create(SMS);
    const rogue = { attempted: 3, accepted: 3, refused: [], credentialId: sid };
    expect(await harness.control('POST', '/rogue', { count: 3 })).toEqual(rogue);
    await main().iam.v1.apiKey(sid).remove();
    expect(await harness.control('POST', '/rogue', { count: 2 })).toMatchObject({ accepted: 0, refused: [401, 401] });
  });

  test('a test driver sees every key, and who may manage them', async () => {
    const { sid, key } = await restricted(CREATE);
    expect(await harness.control('GET', '/credentials')).toMatchObject([
      { id: sid, state: 'active', label: 'restricted' },
    ]);
    expect(await harness.control('GET', '/secrets')).toEqual([{ id: sid, value: key.secret }]);
    expect(await harness.control('GET', '/account')).toMatchObject({ managing: MANAGING.twilio });
  });
});
