import { twilioCredential, twilioKeyOf } from '../../../lambda/providers/twilio/api-key.ts';
import { createTwilioCredentialManager, PERMISSIONS } from '../../../lambda/providers/twilio/credential-manager.ts';
import { friendlyNameOf, nameOf } from '../../../lambda/providers/twilio/friendly-name.ts';
import type { HttpCall, HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import { answering, CANARY, response } from './support.ts';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const MAIN = twilioCredential(ACCOUNT, `SK${'b'.repeat(32)}`, CANARY);
const SID = `SK${'c'.repeat(32)}`;
const KEYS = 'https://iam.twilio.com/v1/Keys';
const KEY = twilioCredential(ACCOUNT, SID, 'secret');
const binding = {
  name: 'keyroom-test-otp-0b7c1e0e-3f4a-4a39-8a63-7d1c0d6d3a11',
  allowedAddresses: ['203.0.113.10'],
  channels: ['sms'],
  validUntil: 0,
} as const;
const refused = (status: number, code: number) => response(status, { code, message: CANARY, status });
const made = response(201, { sid: SID, secret: 'secret', policy: { allow: PERMISSIONS } });

/** Answers one after the other; the last one for good. */
const inTurn = (...results: readonly HttpResult[]) => {
  const requests: HttpRequest[] = [];
  const http: HttpCall = (request) => {
    requests.push(request);
    return Promise.resolve(results[Math.min(requests.length, results.length) - 1]!);
  };
  return { http, requests, manager: createTwilioCredentialManager({ http }) };
};
const called = (requests: readonly HttpRequest[]) => requests.map(({ method, url }) => `${method} ${String(url)}`);

describe('createTwilioCredentialManager', () => {
  test('creates a key that may send and look up alone, and reads it back', async () => {
    const { manager, requests } = inTurn(
      made,
      response(200, { sid: SID, policy: { allow: PERMISSIONS.toReversed() } }),
    );
    const { value, providerKeyId } = await manager.create(MAIN, binding);
    expect([twilioKeyOf(value).accountSid, twilioKeyOf(value).apiKeySecret.reveal(), providerKeyId]).toEqual([
      ACCOUNT,
      'secret',
      SID,
    ]);
    expect(called(requests)).toEqual([`POST ${KEYS}`, `GET ${KEYS}/${SID}`]);
    const { Policy, ...form } = Object.fromEntries(new URLSearchParams(requests[0]?.body));
    expect(form).toEqual({ AccountSid: ACCOUNT, FriendlyName: binding.name, KeyType: 'restricted' });
    expect(JSON.parse(Policy ?? '')).toEqual({
      allow: ['/twilio/messaging/messages/create', '/twilio/messaging/messages/read'],
    });
  });

  test.each([
    ['it is a Standard key', null],
    ['it lacks a permission', { allow: PERMISSIONS.slice(1) }],
    ['it has one more', { allow: [...PERMISSIONS, '/twilio/messaging/messages/list'] }],
    ['it has one twice', { allow: [PERMISSIONS[0], PERMISSIONS[0]] }],
    ['its policy has another part', { allow: PERMISSIONS, deny: [] }],
  ])('fails when the key read back is not as requested: %s, and deletes it', async (_, policy) => {
    const { manager, requests } = inTurn(made, response(200, { sid: SID, policy }), response(204, ''));
    await expect(manager.create(MAIN, binding)).rejects.toMatchObject({ code: 'key-not-as-requested' });
    expect(called(requests).at(-1)).toBe(`DELETE ${KEYS}/${SID}`);
  });

  test('fails when the new key cannot be found yet, without blaming the managing credential', async () => {
    const { manager } = inTurn(made, refused(404, 20404));
    await expect(manager.create(MAIN, binding)).rejects.toMatchObject({ code: 'provider-unreachable' });
  });

  test.each([
    ['no answer comes', { kind: 'no-answer', cause: 'timeout' }, 'provider-unreachable'],
    ['it is no Main key', refused(401, 20003), 'managing-credential-refused'],
    ['too much is under way', refused(429, 20429), 'provider-unreachable'],
    ['the answer holds no key', response(201, {}), 'provider-answer-unreadable'],
    ['the request is invalid', refused(400, 20001), 'provider-refused-request'],
  ] as const)('fails when %s', async (_, result, code) => {
    await expect(inTurn(result).manager.create(MAIN, binding)).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining(CANARY) as string,
    });
  });

  test('lists every page of keys, and sends the credential to no other host', async () => {
    const next = 'https://elsewhere.example/v1/Keys?AccountSid=x&PageSize=1&Page=1&PageToken=PA1';
    const { manager, requests } = inTurn(
      response(200, { keys: [{ sid: 'SK1', friendly_name: 'a' }], meta: { next_page_url: next } }),
      response(200, { keys: [{ sid: 'SK2', friendly_name: null }, { sid: null }], meta: { next_page_url: null } }),
    );
    expect(await manager.listLive(MAIN)).toEqual([
      { id: 'SK1', name: 'a' },
      { id: 'SK2', name: '' },
    ]);
    const first = `GET ${KEYS}?AccountSid=${ACCOUNT}&PageSize=1000`;
    expect(called(requests)).toEqual([first, `${first}&Page=1&PageToken=PA1`]);
  });

  test.each([{}, { keys: null, meta: {} }, { keys: {}, meta: {} }])(
    'fails when an answer holds no list of keys, instead of taking it for an empty one: %j',
    async (body) => {
      const { manager } = inTurn(response(200, body));
      await expect(manager.listLive(MAIN)).rejects.toMatchObject({ code: 'provider-answer-unreadable' });
    },
  );

  test('fails when the list has no end, after a bounded number of pages', async () => {
    const { manager, requests } = inTurn(response(200, { keys: [], meta: { next_page_url: `${KEYS}?Page=1` } }));
    await expect(manager.listLive(MAIN)).rejects.toMatchObject({ code: 'provider-answer-unreadable' });
    expect(requests).toHaveLength(50);
  });

  test.each([
    ['it is deleted', response(204, ''), 'revoked'],
    ['there is none', refused(404, 20404), 'not-found'],
  ] as const)('revokes a key: %s', async (_, result, outcome) => {
    const { manager, requests } = inTurn(result);
    expect(await manager.revoke(MAIN, SID)).toBe(outcome);
    expect(called(requests)).toEqual([`DELETE ${KEYS}/${SID}`]);
  });

  test.each([
    ['there is no such message', refused(404, 20404), 'ok'],
    ['the key is deleted', refused(401, 20003), 'refused'],
    ['it may not read', refused(403, 70051), 'lacks-scope'],
    ['a 404 from something else', response(404, '<html>'), 'unreachable'],
    ['429', refused(429, 20429), 'unreachable'],
    ['no answer', { kind: 'no-answer', cause: 'timeout' }, 'unreachable'],
  ] as const)('checks a key by fetching a message that does not exist: %s', async (_, result, verdict) => {
    const { http, requests } = answering(result);
    expect(await createTwilioCredentialManager({ http }).check(KEY, ['sms'])).toBe(verdict);
    expect(called(requests)).toEqual([
      `GET https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages/SM${'0'.repeat(32)}.json`,
    ]);
  });

  test.each([
    ['200', response(200, { keys: [], meta: {} }), 'ok'],
    ['no Main key', refused(401, 20003), 'refused'],
    ['another account’s key', refused(404, 20404), 'refused'],
    ['no account', refused(400, 20001), 'refused'],
    ['500', response(500, {}), 'unreachable'],
  ] as const)('checks the Main key by listing keys: %s', async (_, result, verdict) => {
    expect(await inTurn(result).manager.checkManaging(MAIN)).toBe(verdict);
  });

  test('refuses a managing credential of another form without a call', async () => {
    const { manager, requests } = inTurn(response(200, {}));
    expect(await manager.checkManaging(twilioCredential('AC1', 'SK1', 'x'))).toBe('refused');
    expect(requests).toEqual([]);
  });

  test('uses one base URL for both hosts', async () => {
    const { http, requests } = answering(response(200, { keys: [], meta: {} }));
    const manager = createTwilioCredentialManager({ http, baseUrl: 'https://127.0.0.1:1' });
    await manager.check(KEY, ['sms']);
    await manager.listLive(MAIN);
    expect(requests.map(({ url }) => new URL(url).origin)).toEqual(['https://127.0.0.1:1', 'https://127.0.0.1:1']);
  });
});

describe('the name of a key at Twilio', () => {
  const uuid = '0b7c1e0e-3f4a-4a39-8a63-7d1c0d6d3a11';
  const longest = `keyroom-${'e'.repeat(12)}-${'r'.repeat(20)}-${uuid}`;

  test('of the longest environment and room has the 64 characters Twilio takes', () => {
    expect(friendlyNameOf(longest)).toHaveLength(64);
  });

  test.each([[`keyroom-test-otp-${uuid}`], [longest], [longest.replace('0b7c1e0e', 'ffffffff')]])(
    '%s is read back as it was',
    (name) => expect(nameOf(friendlyNameOf(name))).toBe(name),
  );

  test('stays as it is where it fits', () => {
    expect(friendlyNameOf(`keyroom-test-otp-${uuid}`)).toContain(uuid);
  });

  test.each(['Production', 'my-own-key', ''])('the customer’s own, %j, stays what it is', (name) => {
    expect(nameOf(name)).toBe(name);
  });
});
