import { ABROAD, roomWithLimits, SMS } from '../support/room.ts';
import { takeUnits } from '../../../lambda/shared/ledger-windows.ts';
import { holds } from '../support/expressions.ts';
import { messageOf, NOT_SENT, problemOf, statesIn } from '../support/results.ts';
import { createWorld } from '../support/world.ts';

describe('the limits of an app', () => {
  test('refuses with the end of the day when the daily limit is exhausted, and forgets the intent', async () => {
    const world = createWorld({ room: roomWithLimits({ messagesPerDay: 1 }) });
    await world.send();
    expect(problemOf(await world.send(SMS, 'key-2'))).toMatchObject({
      code: 'limit-exhausted',
      status: 403,
      retry: 'after',
      sent: false,
      resetsAt: '2026-11-25T00:00:00.000Z',
    });
    expect(statesIn(world)).toEqual(['accepted']);
    world.clock.advance(12 * 3600_000);
    expect(messageOf(await world.send(SMS, 'key-2'))).toMatchObject({ replayed: false, status: 'accepted' });
    expect(world.used()).toBe(1);
  });

  test('counts messages abroad within the day and on their own', async () => {
    const world = createWorld({ room: roomWithLimits({ internationalMessagesPerDay: 1 }) });
    await world.send(ABROAD);
    expect(problemOf(await world.send(ABROAD, 'key-2')).code).toBe('limit-exhausted');
    await world.send(SMS, 'key-3');
    expect(world.used('international-messages-per-day')).toBe(1);
    expect(world.used()).toBe(2);
  });

  test('refuses everything with a limit of zero', async () => {
    const world = createWorld({ room: roomWithLimits({ messagesPerDay: 0 }) });
    expect(problemOf(await world.send()).code).toBe('limit-exhausted');
    expect(world.calls).toHaveLength(0);
  });

  test('never rolls a window back for an environment whose clock is behind', async () => {
    const world = createWorld({ room: roomWithLimits({ messagesPerDay: 1 }) });
    world.clock.advance(12 * 3600_000);
    await world.send();
    world.clock.advance(-1000);
    expect(problemOf(await world.send(SMS, 'key-2')).code).toBe('limit-exhausted');
    expect(world.calls).toHaveLength(1);
  });

  test('the write that takes the unit refuses a frozen app, whatever else it says', async () => {
    const world = createWorld();
    await world.send(SMS, 'warm');
    world.table.items.set('app#shop', { ...world.table.items.get('app#shop'), frozen: true });
    expect(problemOf(await world.send()).code).toBe('app-frozen');
    expect(world.calls).toHaveLength(1);
    expect(world.used()).toBe(1);
  });

  test('never makes an app that is not there, not even with its first window', () => {
    const take = { limit: 'a', start: 0, length: 1, units: 1, capacity: 1 };
    const { only } = takeUnits([{ take, stale: { start: undefined } }]);
    expect(holds({ pk: 'app#shop', frozen: false }, only.condition, only)).toBe(true);
    expect(holds({ frozen: false }, only.condition, only)).toBe(false);
  });

  test('gives a unit back to the window it came from only', async () => {
    const world: ReturnType<typeof createWorld> = createWorld({
      around: async (operation, apply) => {
        const result = apply();
        if (operation === 'provider' && world.calls.length === 1) {
          world.clock.advance(2000);
          await world.send(SMS, 'next-day');
        }
        return result;
      },
    });
    world.clock.advance(12 * 3600_000 - 1000);
    world.turns.push(NOT_SENT);
    expect(problemOf(await world.send(SMS, 'midnight')).code).toBe('not-sent');
    expect(world.calls).toHaveLength(2);
    expect(world.used()).toBe(1);
  });

  test('refuses a frozen app before the wire and forgets the intent', async () => {
    const world = createWorld();
    world.table.items.set('app#shop', { pk: 'app#shop', frozen: true });
    expect(problemOf(await world.send())).toMatchObject({ code: 'app-frozen', status: 403 });
    expect(world.calls).toHaveLength(0);
    expect(statesIn(world)).toEqual([]);
  });

  test('refuses an app that nobody registered', async () => {
    const world = createWorld();
    world.table.items.delete('app#shop');
    expect(problemOf(await world.send()).code).toBe('not-authorized');
    expect(world.calls).toHaveLength(0);
    expect(world.table.items.has('app#shop')).toBe(false);
  });
});
