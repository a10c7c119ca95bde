import { randomUUID } from 'node:crypto';

import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

const ROOM = 'playground';
const CHECKOUT = ['otp', 'checkout'] as const;

interface Page {
  readonly messages: readonly { readonly id: string; readonly reference: string | null; readonly status: string }[];
  readonly nextCursor: string | null;
}

describe('the list of messages', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));

  const list = async (query: Readonly<Record<string, string>>) => {
    const { status, body } = await stage.app(...CHECKOUT)({
      method: 'GET',
      path: `/v1/messages?${new URLSearchParams(query).toString()}`,
    });
    return { status, body, page: body as unknown as Page };
  };
  /** The index follows the table after a moment. */
  const listed = async (query: Readonly<Record<string, string>>, count: number): Promise<Page> => {
    for (let attempt = 0; ; attempt += 1) {
      const { page } = await list(query);
      if (page.messages.length >= count || attempt === 20) return page;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };

  test('finds the app’s own by reference, number and time, page by page, the newest first', async () => {
    const reference = randomUUID();
    const since = new Date(Date.now() - 60_000).toISOString();
    const ids: unknown[] = [];
    for (let i = 0; i < 3; i += 1) ids.push((await post(stage, CHECKOUT, { ...sms(), reference })).body.id);
    const newestFirst = [...ids].reverse();
    expect((await listed({ reference }, 3)).messages.map(({ id }) => id)).toEqual(newestFirst);
    const recipient = String(sms().to);
    expect((await list({ to: recipient, reference })).page.messages.map(({ id }) => id)).toEqual(newestFirst);
    expect((await list({ since, limit: '100' })).page.messages.map(({ id }) => id)).toEqual(
      expect.arrayContaining(ids as string[]),
    );
    const first = (await list({ reference, limit: '2' })).page;
    const second = (await list({ reference, limit: '2', cursor: first.nextCursor ?? '' })).page;
    expect([...first.messages, ...second.messages].map(({ id }) => id)).toEqual(newestFirst);
    expect(second.nextCursor).toBeNull();
    const stolen = await stage.app(
      'otp',
      'support',
    )({
      method: 'GET',
      path: `/v1/messages?${new URLSearchParams({ reference, limit: '2', cursor: first.nextCursor ?? '' }).toString()}`,
    });
    expect([stolen.status, stolen.body.field]).toEqual([400, 'cursor']);
  });

  test('is read by a key that may read, and names what is wrong with a query', async () => {
    const { stdout } = await stage.keyroom(['app-key', 'issue', ROOM, 'website', '--scope', 'messages:read', '--json']);
    const { key = '' } = (JSON.parse(stdout) as { figures: { key?: string } }).figures;
    const get = async (query: string) => {
      const response = await fetch(`${stage.room(ROOM).keyApiUrl ?? ''}/v1/messages${query}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      return [response.status, await response.json()];
    };
    expect(await get('')).toEqual([200, { messages: expect.any(Array) as unknown, nextCursor: null }]);
    expect(await get('?to=+971500000001')).toEqual([
      400,
      expect.objectContaining({ field: 'to', allowed: expect.stringContaining('%2B') as unknown, sent: false }),
    ]);
    await stage.keyroom(['app-key', 'revoke', ROOM, 'website', '--all']);
  });
});
