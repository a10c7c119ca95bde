import * as fc from 'fast-check';

import type { Around } from '../support/fake-table.ts';
import { messageOf } from '../support/results.ts';
import { ABROAD, roomWithLimits, SMS } from '../support/room.ts';
import { createWorld, type World } from '../support/world.ts';

/** A world in which the scheduler decides the order in which calls to the outside happen. */
const createScheduledWorld = (scheduler: fc.Scheduler, limits: Parameters<typeof roomWithLimits>[0]): World => {
  const around: Around = async (operation, apply) => {
    await scheduler.schedule(Promise.resolve(), operation);
    return apply();
  };
  return createWorld({ room: roomWithLimits(limits), around });
};

const kinds = (results: Awaited<ReturnType<World['send']>>[]) =>
  results.map((result) => (result.kind === 'message' ? result.message.status : result.problem.code));

describe('many requests at once, in any order of their calls', () => {
  test('exactly as many messages are admitted as the limit allows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 9 }),
        async (s, limit, n) => {
          const world = createScheduledWorld(s, { messagesPerDay: limit });
          const sends = Promise.all(Array.from({ length: n }, (_, i) => world.send(SMS, `key-${i}`)));
          const results = kinds(await s.waitFor(sends));
          const admitted = Math.min(limit, n);
          expect(world.calls).toHaveLength(admitted);
          expect(world.used()).toBe(admitted);
          expect(results.filter((kind) => kind === 'accepted')).toHaveLength(admitted);
          expect(results.filter((kind) => kind === 'limit-exhausted')).toHaveLength(n - admitted);
        },
      ),
    );
  });

  test('two limits are taken together or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), async (s, abroad) => {
        const world = createScheduledWorld(s, { messagesPerDay: 5, internationalMessagesPerDay: 2 });
        const sends = Promise.all(abroad.map((far, i) => world.send(far ? ABROAD : SMS, `key-${i}`)));
        await s.waitFor(sends);
        const far = world.calls.filter(({ message }) => message.to === ABROAD.to).length;
        expect(far).toBeLessThanOrEqual(2);
        expect(world.used('international-messages-per-day')).toBe(far);
        expect(world.used()).toBe(world.calls.length);
        expect(world.calls.length).toBeLessThanOrEqual(5);
      }),
    );
  });

  test('a window that rolls over under load starts from zero once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (s) => {
        const world = createScheduledWorld(s, { messagesPerDay: 3 });
        await s.waitFor(world.send(SMS, 'yesterday'));
        world.clock.advance(24 * 3600_000);
        await s.waitFor(Promise.all([1, 2, 3, 4, 5].map((i) => world.send(SMS, `key-${i}`))));
        expect(world.calls).toHaveLength(1 + 3);
        expect(world.used()).toBe(3);
      }),
    );
  });

  test('one key is sent once, and its units are taken once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 6 }), async (s, n) => {
        const world = createScheduledWorld(s, {});
        const results = await s.waitFor(Promise.all(Array.from({ length: n }, () => world.send())));
        expect(world.calls).toHaveLength(1);
        expect(world.used()).toBe(1);
        expect(results.map(messageOf).filter(({ replayed }) => !replayed)).toHaveLength(1);
      }),
    );
  });

  test('a message that was not sent is claimed by one of those who try it again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 6 }), async (s, n) => {
        const world = createScheduledWorld(s, {});
        world.turns.push({ outcome: { kind: 'not-sent', reason: 'connect-refused' }, took: false });
        await s.waitFor(world.send());
        const [appointment] = world.queue.waiting;
        world.clock.advance(1000);
        // The queue may deliver one appointment several times.
        world.queue.waiting.push(...Array.from({ length: n - 1 }, () => appointment!));
        await s.waitFor(Promise.all(Array.from({ length: n }, () => world.retry())));
        expect(world.calls).toHaveLength(2);
        expect(world.used()).toBe(1);
      }),
    );
  });

  test('of 200 at once exactly as many are admitted as every limit holds', async () => {
    const world = createWorld({
      room: roomWithLimits({ messagesPerDay: 50 }),
      around: async (_operation, apply) => {
        // Turns of the event loop, so that the calls of all interleave.
        for (let turns = Math.floor(Math.random() * 5); turns > 0; turns--) await new Promise(setImmediate);
        return apply();
      },
    });
    const results = kinds(await Promise.all(Array.from({ length: 200 }, (_, i) => world.send(SMS, `key-${i}`))));
    expect(world.calls).toHaveLength(50);
    expect(results.filter((kind) => kind === 'accepted')).toHaveLength(50);
    expect(results.filter((kind) => kind === 'limit-exhausted')).toHaveLength(150);
    expect(world.used()).toBe(50);
  });

  test.each([
    ['a recipient', { messagesPerRecipientPerHour: 7 }],
    ['a prefix', { messagesPerPrefixPerHour: 7 }],
    ['a second', { messagesPerSecond: 7 }],
  ])('of 200 at once never more reach the provider than %s may have', async (_whose, limits) => {
    const world = createWorld({ room: roomWithLimits({ messagesPerDay: 1000, ...limits }) });
    await Promise.all(Array.from({ length: 200 }, (_, i) => world.send(SMS, `key-${i}`)));
    expect(world.calls).toHaveLength(7);
    expect(world.used()).toBe(7);
  });
});
