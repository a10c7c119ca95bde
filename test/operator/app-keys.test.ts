import type { AppKeyCommand } from '../../lambda/app-keys/contract.ts';
import { issueAppKey, listAppKeys, revokeAppKeys } from '../../operator/app-keys.ts';
import { createKeyedRoom, DAY_MS, type KeyedRoom } from '../lambda/support/keyed-room.ts';
import { createDesk } from './support/desk.ts';

/** The commands against the room's own handler. */
const desk = (room: KeyedRoom, json = false) => {
  const { document, ...rest } = createDesk('alerts', (command: AppKeyCommand) => room.command(command), { json });
  return {
    ...rest,
    document: () => document('app keys').figures as { readonly key?: string; readonly keys: { id: string }[] },
  };
};

const WEBSITE = { app: 'website' } as const;

describe('keyroom app-key', () => {
  test('shows a new key once, alone on standard output, and everything else beside it', async () => {
    const room = createKeyedRoom();
    const { context, shown, said, asked } = desk(room);
    await issueAppKey(context, { action: 'issue', ...WEBSITE });
    expect(shown()).toMatch(/^keyroom_test_[0-9A-Za-z]{49}\n$/);
    expect((await room.ask(shown().trim())).effect).toBe('Allow');
    const text = said();
    expect(text).toContain('only time the key is shown');
    expect(text).not.toContain(shown().trim());
    expect(asked).toEqual(['keyroom-local-alerts-app-keys']);
  });

  test('gives a machine the key as a figure, and nothing besides the document', async () => {
    const { context, shown, document } = desk(createKeyedRoom(), true);
    await issueAppKey(context, { action: 'issue', ...WEBSITE });
    const figures = document();
    expect([figures.key?.startsWith('keyroom_test_'), figures.keys.length, shown()]).toEqual([true, 1, '']);
  });

  test('says of a rotation when the first key ends, and how to end it before', async () => {
    const room = createKeyedRoom();
    const { id } = await room.issue();
    room.clock.advance(80 * DAY_MS);
    const { context, said } = desk(room);
    await issueAppKey(context, { action: 'rotate', ...WEBSITE });
    const text = said();
    expect(text).toContain(`The key ${id} goes on working until 2027-02-22 12:00 UTC`);
    expect(text).toContain(`npm run keyroom -- app-key revoke alerts website ${id} -e local`);
  });

  test('lists age, end, last use and networks, and no key', async () => {
    const room = createKeyedRoom();
    const { key, id } = await room.issue({ networks: ['198.51.100.0/24'] });
    await room.issue();
    await room.ask(key);
    await new Promise((resolve) => setImmediate(resolve));
    const { context, shown } = desk(room);
    await listAppKeys(context, 'website');
    const rows = shown().split('\n');
    expect(rows.find((row) => row.includes(id))).toMatch(
      /live.*2026-11-24.*2027-02-22.*2026-11-24.*198\.51\.100\.0\/24/,
    );
    expect(shown()).toMatch(/never.*as configured/);
    expect(shown()).not.toContain('keyroom_');
  });

  test('says which key is dead', async () => {
    const room = createKeyedRoom();
    const { key, id } = await room.issue();
    const { context, shown } = desk(room);
    await revokeAppKeys(context, { action: 'revoke', leaked: key });
    expect(shown()).toBe(`the key ${id} of website is dead at the next request\n`);
  });

  test("is refused with the room's own reason and what to do", async () => {
    const { context } = desk(createKeyedRoom());
    await expect(issueAppKey(context, { action: 'rotate', ...WEBSITE })).rejects.toMatchObject({
      code: 'no-key-live',
      fix: expect.stringContaining('app-key issue') as string,
    });
  });
});
