import { randomUUID } from 'node:crypto';

import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { openStage } from './support/stage.ts';

const ROOM = 'playground';
const APP = 'website';

describe('key door', () => {
  const stage = openStage();
  const url = `${stage.room(ROOM).keyApiUrl ?? ''}/v1/messages`;

  const send = (key: string | undefined, headers: Record<string, string> = {}, body: object = sms()) =>
    fetch(url, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
    });
  const appKey = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await stage.keyroom(['app-key', ...args, '--json']);
    const { figures } = JSON.parse(stdout || '{"figures":{}}') as {
      figures: { key?: string; code?: string; keys?: { id: string; state: string; lastUsedAt: string | null }[] };
    };
    return { ...figures, code, stderr };
  };
  const issue = async (...args: readonly string[]): Promise<{ key: string; id: string }> => {
    const { key = '', keys, stderr } = await appKey('issue', ROOM, APP, ...args);
    if (key === '') throw new Error(stderr);
    return { key, id: keys?.[0]?.id ?? '' };
  };
  afterEach(() => appKey('revoke', ROOM, APP, '--all'));

  test('a key sends and reads, is shown as used, and is dead at the first request after it was revoked', async () => {
    const { key, id } = await issue();
    expect(key).toMatch(/^keyroom_test_[0-9A-Za-z]{49}$/);
    const sent = await send(key);
    expect(sent.status).toBe(202);
    const message = (await sent.json()) as { id: string; status: string };
    expect(message.status).toBe('accepted');
    const found = await fetch(`${url}/${message.id}`, { headers: { authorization: `Bearer ${key}` } });
    expect([found.status, ((await found.json()) as { id: string }).id]).toEqual([200, message.id]);
    const { keys = [] } = await appKey('list', ROOM, APP);
    const listed = keys.find((entry) => entry.id === id);
    expect(listed?.state).toBe('live');
    expect(Date.parse(listed?.lastUsedAt ?? '')).toBeGreaterThan(0);
    expect((await appKey('revoke', ROOM, APP, id)).code).toBe(0);
    const refused = await send(key);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      type: 'urn:keyroom:problem:not-authorized',
      detail: expect.stringContaining('It was revoked.') as string,
      sent: false,
    });
  });

  test.each([
    ['no key', undefined],
    ['a key that is cut off', `keyroom_test_${'0'.repeat(48)}`],
    ['a key whose checksum is wrong', `keyroom_test_${'0'.repeat(49)}`],
  ])('%s is refused with 401 in problem form', async (_, key) => {
    const refused = await send(key);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.json()).toMatchObject({
      type: 'urn:keyroom:problem:not-authorized',
      status: 401,
      sent: false,
    });
  });

  test('a key is refused to a browser, from another network and for what it is not for', async () => {
    const { key } = await issue('--scope', 'messages:read');
    const scope = await send(key);
    expect([scope.status, await scope.json()]).toEqual([
      403,
      expect.objectContaining({ detail: expect.stringContaining('lacks the scope') as string }),
    ]);
    const browser = await send(key, { origin: 'https://shop.example' });
    expect([browser.status, await browser.json()]).toEqual([
      403,
      expect.objectContaining({ detail: expect.stringContaining('from a browser') as string }),
    ]);
    const elsewhere = await issue('--network', '203.0.113.0/24');
    const network = await send(elsewhere.key, { 'x-forwarded-for': '203.0.113.7' });
    expect([network.status, await network.json()]).toEqual([
      403,
      expect.objectContaining({ detail: expect.stringContaining('from this network') as string }),
    ]);
  });

  test('at most two live, also when five are asked for at once', async () => {
    const asked = await Promise.all(Array.from({ length: 5 }, () => appKey('issue', ROOM, APP)));
    expect(asked.filter(({ key }) => key !== undefined).length).toBeLessThanOrEqual(2);
    await appKey('issue', ROOM, APP);
    await appKey('issue', ROOM, APP);
    const refused = await appKey('issue', ROOM, APP);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('two-keys-live')]);
    const { keys = [] } = await appKey('list', ROOM, APP);
    expect(keys.filter(({ state }) => state === 'live')).toHaveLength(2);
  });

  test('a leaked key is ended by itself alone', async () => {
    const { key } = await issue();
    const { code, stdout } = await stage.keyroom(['app-key', 'revoke', ROOM, '--leaked'], key);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`of ${APP} is dead`)]);
    expect((await send(key)).status).toBe(403);
  });

  test('a person sees the key once, alone on standard output, and the warning beside it', async () => {
    const { stdout, stderr } = await stage.keyroom(['app-key', 'issue', ROOM, APP]);
    expect(stdout).toMatch(/^keyroom_test_[0-9A-Za-z]{49}\n$/);
    expect(stderr).toContain('only time the key is shown');
    expect(stderr).not.toContain(stdout.trim());
  });

  test('the other door takes no key, and signed apps go on as before', async () => {
    const { key } = await issue();
    const wrong = await fetch(`${stage.room(ROOM).apiUrl}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(sms()),
      headers: { 'content-type': 'application/json', 'idempotency-key': 'x', authorization: `Bearer ${key}` },
    });
    expect(wrong.status).toBe(403);
    expect((await post(stage, [ROOM, 'demo'], sms())).status).toBe(202);
  });

  test.each([
    ['an app that signs', ['issue', ROOM, 'demo'], 1, 'app-without-keys'],
    ['a room without keys', ['issue', 'otp', 'checkout'], 2, 'no app of room otp has keys'],
    ['two ways at once', ['revoke', ROOM, APP, 'aaaaaaaaaaaa', '--all'], 2, 'say which key'],
    ['no key of that name', ['revoke', ROOM, APP, 'aaaaaaaaaaaa'], 1, 'unknown-key'],
  ])('refuses %s', async (_, args, code, sentence) => {
    const result = await stage.keyroom(['app-key', ...args]);
    expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(sentence)]);
  });
});
