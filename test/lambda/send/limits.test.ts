import { ABROAD, roomWithLimits, SMS } from '../support/room.ts';
import { takeUnits } from '../../../lambda/shared/ledger-windows.ts';
import { holds } from '../support/expressions.ts';
import { messageOf, problemOf, REJECTED, statesIn } from '../support/results.ts';
import { createWorld } from '../support/world.ts';

const CODE = { ...SMS, category: 'otp' } as const;

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
    const { only } = takeUnits([{ take, stale: { start: undefined } }], 'AE');
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
    world.turns.push(REJECTED);
    expect(problemOf(await world.send(SMS, 'midnight')).code).toBe('provider-rejected');
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

  test.each([
    ['messages-per-month', { messagesPerMonth: 1 }, '2026-12-01T00:00:00.000Z'],
    ['segments-per-day', { segmentsPerDay: 1 }, '2026-11-25T00:00:00.000Z'],
    ['messages-per-recipient-per-hour', { messagesPerRecipientPerHour: 1 }, '2026-11-24T13:00:00.000Z'],
    ['messages-per-recipient-per-day', { messagesPerRecipientPerDay: 1 }, '2026-11-25T00:00:00.000Z'],
    ['messages-per-prefix-per-hour', { messagesPerPrefixPerHour: 1 }, '2026-11-24T13:00:00.000Z'],
    ['codes-per-recipient-per-ten-minutes', { codesPerRecipientPerTenMinutes: 1 }, '2026-11-24T12:10:00.000Z'],
  ])('refuses by %s, naming it, what it allows and when it begins anew', async (limit, limits, resetsAt) => {
    const world = createWorld({ room: roomWithLimits(limits) });
    await world.send(CODE);
    const refused = problemOf(await world.send(CODE, 'key-2'));
    expect(refused).toMatchObject({ code: 'limit-exhausted', status: 403, limit, allowed: '1', resetsAt, sent: false });
    expect(world.calls).toHaveLength(1);
    expect(world.used()).toBe(1);
    world.clock.jump(Date.parse(resetsAt) - world.clock.now());
    expect(messageOf(await world.send(CODE, 'key-2'))).toMatchObject({ status: 'accepted' });
  });

  test.each([
    ['messages-per-second', { messagesPerSecond: 1 }, 1],
    ['codes-per-recipient-per-minute', { codesPerRecipientPerMinute: 1 }, 60],
  ])('asks for patience where waiting helps: %s', async (limit, limits, seconds) => {
    const world = createWorld({ room: roomWithLimits(limits) });
    await world.send(CODE);
    const refused = problemOf(await world.send(CODE, 'key-2'));
    expect(refused).toMatchObject({ code: 'too-fast', status: 429, limit, retryAfterSeconds: seconds });
    world.clock.advance(seconds * 1000);
    expect(messageOf(await world.send(CODE, 'key-2'))).toMatchObject({ status: 'accepted' });
  });

  test('never asks to wait longer than a minute, even by a clock that is behind', async () => {
    const world = createWorld({ room: roomWithLimits({ messagesPerDay: 1, messagesPerSecond: 1 }) });
    await world.send();
    world.clock.jump(-1);
    expect(problemOf(await world.send(SMS, 'key-2')).retryAfterSeconds ?? 0).toBeLessThanOrEqual(60);
  });

  test("counts one app's recipients apart from another's", async () => {
    const world = createWorld({
      room: roomWithLimits({ messagesPerRecipientPerHour: 1, messagesPerPrefixPerHour: 1 }),
    });
    await world.send(SMS, 'key-1', 'desk');
    expect(messageOf(await world.send())).toMatchObject({ status: 'accepted' });
    expect(messageOf(await world.send(SMS, 'key-2', 'desk'))).toMatchObject({ status: 'accepted' });
  });

  test('counts neighbouring numbers together, and others apart', async () => {
    const world = createWorld({ room: roomWithLimits({ messagesPerPrefixPerHour: 1 }) });
    await world.send();
    expect(problemOf(await world.send({ ...SMS, to: '+971500000002' }, 'key-2')).limit).toBe(
      'messages-per-prefix-per-hour',
    );
    expect(messageOf(await world.send({ ...SMS, to: '+971500100001' }, 'key-3'))).toMatchObject({ status: 'accepted' });
  });

  test('keeps neither the number nor its range in what it counts by', async () => {
    const world = createWorld();
    await world.send();
    const keys = [...world.table.items.keys()].join(' ');
    expect(keys).toMatch(/recipient#.*prefix#shop#/);
    expect(keys).not.toMatch(/971|5000000/);
  });

  test('takes the price of all segments, and shows it', async () => {
    const prices = { currency: 'USD', micros: { AE: { sms: 35_000 } } };
    const world = createWorld({ room: { ...roomWithLimits({ spendPerDay: 100_000 }), prices } });
    const long = { ...SMS, text: 'x'.repeat(161) };
    expect(messageOf(await world.send(long))).toMatchObject({
      segments: 2,
      cost: { amount: '0.0700', currency: 'USD', basis: 'estimate' },
    });
    expect(problemOf(await world.send(long, 'key-2'))).toMatchObject({ limit: 'spend-per-day', allowed: '100000' });
    expect(world.used('spend-per-day')).toBe(70_000);
  });

  test('shows no cost of a message that was rejected', async () => {
    const prices = { currency: 'USD', micros: { AE: { sms: 35_000 } } };
    const world = createWorld({ room: { ...roomWithLimits({}), prices } });
    world.turns.push(REJECTED);
    await world.send();
    expect(messageOf(await world.send())).toMatchObject({ status: 'rejected', cost: null });
  });

  test('gives everything back where one limit refuses, and where nothing was sent', async () => {
    const world = createWorld({ room: roomWithLimits({ messagesPerDay: 1 }) });
    world.turns.push(REJECTED);
    await world.send();
    const units = () =>
      [...world.table.items.values()].flatMap((item) =>
        Object.entries(item).flatMap(([name, value]) => (/@|-used$/.test(name) ? [value] : [])),
      );
    expect(units().every((value) => value === 0)).toBe(true);
    await world.send(SMS, 'key-2');
    const before = units();
    expect(problemOf(await world.send(SMS, 'key-3')).limit).toBe('messages-per-day');
    expect(units()).toEqual(before);
  });

  test('an accepted message is six writes: its intent and four counters at once, and its outcome', async () => {
    const operations: string[] = [];
    const world = createWorld({
      around: (operation, apply, pk) => {
        operations.push(operation === 'provider' ? operation : `${operation} ${pk?.split('#')[0] ?? ''}`.trim());
        return Promise.resolve(apply());
      },
    });
    await world.send(SMS, 'warm');
    operations.length = 0;
    await world.send(SMS, 'key-2');
    expect(operations.sort()).toEqual([
      'provider',
      'put message',
      'update app',
      'update message',
      'update prefix',
      'update rate',
      'update recipient',
    ]);
  });
});
