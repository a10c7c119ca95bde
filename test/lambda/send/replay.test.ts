import { messageOf, problemOf } from '../support/results.ts';
import { roomWithLimits, SMS } from '../support/room.ts';
import { createWorld } from '../support/world.ts';

describe('a request seen before', () => {
  test('answers a replay from the ledger and gives the unit back', async () => {
    const world = createWorld();
    const first = messageOf(await world.send());
    expect(messageOf(await world.send())).toEqual({ ...first, replayed: true });
    expect(world.calls).toHaveLength(1);
    expect(world.used()).toBe(1);
  });

  test('answers a replay even when the limit is exhausted, the app is frozen or the key is gone', async () => {
    const world = createWorld({ room: roomWithLimits({ messagesPerDay: 1 }) });
    await world.send();
    expect(messageOf(await world.send()).replayed).toBe(true);
    world.table.items.set('app#shop', { ...world.table.items.get('app#shop'), frozen: true });
    world.secret.AWSCURRENT = { kind: 'denied' };
    world.clock.advance(301_000);
    expect(messageOf(await world.send()).replayed).toBe(true);
  });

  test('refuses the same key with another body', async () => {
    const world = createWorld();
    const { id } = messageOf(await world.send());
    expect(problemOf(await world.send({ ...SMS, text: 'other' }))).toMatchObject({
      code: 'idempotency-key-reused',
      status: 422,
      retry: 'never',
      id,
    });
    expect(world.used()).toBe(1);
  });

  test('takes the order of fields for no difference', async () => {
    const world = createWorld();
    await world.send();
    expect(messageOf(await world.send(Object.fromEntries(Object.entries(SMS).reverse()))).replayed).toBe(true);
  });

  test('keeps two apps with the same key apart', async () => {
    const world = createWorld();
    const first = messageOf(await world.send());
    const second = messageOf(await world.send(SMS, 'key-1', 'desk'));
    expect(second).toMatchObject({ replayed: false });
    expect(second.id).not.toBe(first.id);
  });

  test('tells what it read, although the lease passed since: whoever held it may have forgotten the message', async () => {
    let isSlow = false;
    const world: ReturnType<typeof createWorld> = createWorld({
      around: (operation, apply) => {
        if (operation === 'provider') return new Promise(() => undefined);
        if (isSlow && operation === 'update') world.clock.advance(3000);
        return Promise.resolve(apply());
      },
    });
    void world.send();
    await new Promise(setImmediate);
    isSlow = true;
    expect(messageOf(await world.send())).toMatchObject({ replayed: true, status: 'sending', settlesBy: null });
    expect(world.clock.now()).toBeGreaterThan(Date.parse('2026-11-24T12:00:10.000Z'));
  });
});
