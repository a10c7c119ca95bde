import type { RoomPolicy } from '../../../lambda/shared/contract.ts';
import type { MessageRecord } from '../../../lambda/shared/message.ts';
import { messageOf, NOT_SENT, problemOf } from '../support/results.ts';
import { ROOM, roomWithLimits, SMS } from '../support/room.ts';
import { ACCEPTS, awsFailure, createWorld, type World, type WorldOptions } from '../support/world.ts';

const CAMPAIGN = { ...SMS, category: 'marketing' } as const;
const CODE = { ...SMS, category: 'otp' } as const;

/** A room whose sender bears ten messages a second: eight, while codes may come. */
const paced = (perSecond = 10): RoomPolicy => ({
  ...roomWithLimits({ messagesPerDay: 1000 }),
  messagesPerSecondBySender: { sms: { Acme: perSecond } },
});
const pacedWorld = (perSecond?: number, options: WorldOptions = {}): World => {
  const world = createWorld({ room: paced(perSecond), ...options });
  // Windows begin with whole seconds.
  world.clock.advance(5000 - (world.clock.now() % 5000));
  return world;
};
const sendMany = async (world: World, count: number, body: object = CAMPAIGN, name = 'many') => {
  const statuses: string[] = [];
  for (let i = 0; i < count; i++) statuses.push(messageOf(await world.send(body, `${name}-${i}`)).status);
  return statuses;
};
const repeat = (count: number, status: string): string[] => Array.from({ length: count }, () => status);
const records = ({ table }: World): MessageRecord[] =>
  [...table.items].flatMap(([pk, item]) => (pk.startsWith('message#') ? [item as unknown as MessageRecord] : []));
/** When the provider got each message, by second. */
const bySecond = (times: readonly number[]): number[] => {
  const counts = new Map<number, number>();
  for (const time of times) counts.set(Math.floor(time / 1000), (counts.get(Math.floor(time / 1000)) ?? 0) + 1);
  return [...counts.values()];
};
/** Notes the moment of every call of the provider. */
const timedWorld = (perSecond?: number) => {
  const times: number[] = [];
  const world: World = pacedWorld(perSecond, {
    around: (operation, apply) => {
      if (operation === 'provider') times.push(world.clock.now());
      return Promise.resolve(apply());
    },
  });
  return { world, times };
};

describe('the pace of a sender', () => {
  test('queues what is too fast, refuses nothing, and sends all of it in order and at the pace', async () => {
    const { world, times } = timedWorld();
    expect(await sendMany(world, 40)).toEqual([...repeat(8, 'accepted'), ...repeat(32, 'queued')]);
    expect(messageOf(await world.send(CAMPAIGN, 'many-20'))).toMatchObject({
      status: 'queued',
      safeToResend: false,
      reason: 'not sent yet: the room tries again until validUntil; paced',
    });
    const order = records(world)
      .filter(({ state }) => state === 'queued')
      .map(({ nextAttemptAt }) => nextAttemptAt ?? 0);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    await world.pass(10_000);
    expect(times).toHaveLength(40);
    expect(Math.max(...bySecond(times))).toBe(8);
    expect(new Set(records(world).map(({ state }) => state))).toEqual(new Set(['accepted']));
    expect(world.used()).toBe(40);
  });

  test('what comes later stands behind those that wait', async () => {
    const { world } = timedWorld();
    await sendMany(world, 24);
    world.clock.advance(1000);
    expect(messageOf(await world.send(CAMPAIGN, 'later')).status).toBe('queued');
    const last = Math.max(...records(world).map(({ nextAttemptAt }) => nextAttemptAt ?? 0));
    expect(records(world).at(-1)?.nextAttemptAt).toBe(last);
  });

  test('a one-time code does not wait for a campaign, and both together keep to the pace', async () => {
    const { world, times } = timedWorld();
    await sendMany(world, 32);
    for (let second = 0; second < 3; second++) {
      expect(await sendMany(world, 2, CODE, `codes-${second}`)).toEqual(['accepted', 'accepted']);
      await world.pass(1000);
    }
    expect(Math.max(...bySecond(times))).toBe(10);
  });

  test('codes that are too many for what is kept for them wait as well, before the campaign', async () => {
    const world = pacedWorld();
    await sendMany(world, 100);
    expect(await sendMany(world, 4, CODE, 'codes')).toEqual(['accepted', 'accepted', 'queued', 'queued']);
    const codes = records(world).filter(({ category, state }) => category === 'otp' && state === 'queued');
    expect(codes.map(({ nextAttemptAt }) => (nextAttemptAt ?? 0) - world.clock.now())).toEqual([1000, 1500]);
  });

  test('a slow sender has windows of several seconds, so that a part can be kept', async () => {
    const { world, times } = timedWorld(1);
    expect(await sendMany(world, 9)).toEqual([...repeat(4, 'accepted'), ...repeat(5, 'queued')]);
    await world.pass(9000);
    expect(times.slice(4).map((time) => time - (times[0] ?? 0))).toEqual([5000, 6250, 7500, 8750]);
    expect(await sendMany(world, 2, CODE, 'codes')).toEqual(['accepted', 'queued']);
    await world.pass(10_000);
    expect(times).toHaveLength(11);
  });

  test.each([
    ['too-fast', 429, 40, 37],
    ['limit-exhausted', 403, 100, undefined],
  ])(
    'refuses what would expire before its turn, saying when it is free again: %s',
    async (code, status, waiting, seconds) => {
      const world = pacedWorld(1);
      await sendMany(world, 4 + waiting);
      const before = { used: world.used(), records: records(world).length };
      const refused = problemOf(await world.send({ ...CAMPAIGN, validForSeconds: 20 }, 'in-vain'));
      expect(refused).toMatchObject({
        code,
        status,
        limit: 'messages-per-second-of-sender',
        sent: false,
        retry: 'after',
      });
      expect(refused.retryAfterSeconds).toBe(seconds);
      expect({ used: world.used(), records: records(world).length }).toEqual(before);
      // As promised, and with the same key.
      world.clock.advance(Date.parse(refused.resetsAt ?? '') - world.clock.now());
      expect(messageOf(await world.send({ ...CAMPAIGN, validForSeconds: 20 }, 'in-vain')).status).toBe('queued');
    },
  );

  test('a request that is refused or repeated gives its place back', async () => {
    const world = pacedWorld();
    await sendMany(world, 1);
    for (let i = 0; i < 20; i++) await world.send(CAMPAIGN, 'many-0');
    world.table.items.set('app#shop', { ...world.table.items.get('app#shop'), pk: 'app#shop', frozen: true });
    for (let i = 0; i < 20; i++) await world.send(CAMPAIGN, `refused-${i}`);
    world.table.items.set('app#shop', { ...world.table.items.get('app#shop'), pk: 'app#shop', frozen: false });
    expect(await sendMany(world, 7, CAMPAIGN, 'more')).toEqual(repeat(7, 'accepted'));
  });

  test('a retry takes a place, too, and one that finds none gets one reserved', async () => {
    const { world, times } = timedWorld();
    world.turns.push(NOT_SENT, NOT_SENT, NOT_SENT);
    await sendMany(world, 3);
    world.clock.advance(9000);
    await sendMany(world, 8, CAMPAIGN, 'rest');
    for (let retried = await world.retry(); retried !== undefined; retried = await world.retry());
    expect(records(world).filter(({ hasPlace }) => hasPlace)).toHaveLength(3);
    await world.pass(5000);
    expect(Math.max(...bySecond(times))).toBeLessThanOrEqual(8);
    expect(new Set(records(world).map(({ state }) => state))).toEqual(new Set(['accepted']));
  });

  test('costs a good message one write, beside the others, and none where the sender has no pace', async () => {
    const counts: number[] = [];
    for (const room of [paced(), ROOM]) {
      const keys: string[] = [];
      const world = createWorld({
        room,
        around: (_operation, apply, pk) => {
          if (pk?.startsWith('pace#')) keys.push(pk);
          return Promise.resolve(apply());
        },
      });
      await world.send();
      counts.push(keys.length);
    }
    expect(counts).toEqual([1, 0]);
  });

  test.each(['none', 'unknown'] as const)(
    'is no limit: a message goes when its place cannot be had (%s)',
    async (effect) => {
      const world = createWorld({
        room: paced(),
        around: (_operation, apply, pk) =>
          pk?.startsWith('pace#') ? Promise.reject(awsFailure(effect)) : Promise.resolve(apply()),
      });
      world.turns.push(ACCEPTS);
      expect(messageOf(await world.send()).status).toBe('accepted');
    },
  );

  test('queues for the next window, without a reservation, when none can be had', async () => {
    const world = pacedWorld(10, {
      around: (_operation, apply, pk) =>
        pk?.startsWith('pace#line#') ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
    });
    await sendMany(world, 8);
    expect(messageOf(await world.send(CAMPAIGN, 'one-more')).status).toBe('queued');
    expect(records(world).at(-1)).toMatchObject({ hasPlace: false, nextAttemptAt: world.clock.now() + 1000 });
  });
});
