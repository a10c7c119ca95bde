import { FAILURES_TO_OPEN } from '../../../lambda/shared/dynamodb-provider-health.ts';
import { createProviderHealth } from '../../../lambda/shared/dynamodb-provider-health.ts';
import { ADDRESS_REFUSED, KEY_REFUSED, LOST_REQUEST, messageOf, NOT_SENT, REJECTED } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { awsFailure, createWorld, type ProviderTurn, type World } from '../support/world.ts';

const AWAY: ProviderTurn = { outcome: { kind: 'not-sent', reason: 'connect-refused' }, took: false };

/** A world whose provider has just been found away as often as it takes. */
const openWorld = async (
  turn: ProviderTurn = AWAY,
  times = FAILURES_TO_OPEN,
  world = createWorld(),
): Promise<World> => {
  for (let i = 0; i < times; i++) {
    world.turns.push(turn);
    await world.send(SMS, `trouble-${i}`);
  }
  return world;
};
const breakerOf = (world: World) => createProviderHealth({ table: world.table, provider: 'fake', clock: world.clock });

describe('the breaker in front of the provider', () => {
  test.each<[string, ProviderTurn]>([
    ['away', AWAY],
    ['busy', NOT_SENT],
    ['silent', LOST_REQUEST],
  ])('opens when the provider was %s several times in a row', async (_what, turn) => {
    const world = await openWorld(turn);
    const calls = world.calls.length;
    expect(messageOf(await world.send())).toMatchObject({ status: 'queued', safeToResend: false });
    expect(world.calls).toHaveLength(calls);
    expect(world.emitted.at(-1)?.values).toEqual({ NotSent: 1, Queued: 1 });
    expect(world.logged.at(-1)?.fields).toMatchObject({ code: 'breaker-open', state: 'queued' });
  });

  test('is open for another environment, too, after one call that found the provider away', async () => {
    const world = await openWorld();
    world.restart();
    world.turns.push(AWAY);
    await world.send(SMS, 'finds-out');
    const calls = world.calls.length;
    expect(messageOf(await world.send()).status).toBe('queued');
    expect(world.calls).toHaveLength(calls);
  });

  test('is open for every retry, in whichever environment', async () => {
    const world = await openWorld();
    world.restart();
    const calls = world.calls.length;
    world.clock.advance(5000);
    expect(await world.retry()).toBe('done');
    expect(world.calls).toHaveLength(calls);
  });

  test.each<[string, ProviderTurn, number]>([
    ['one failure too few', AWAY, FAILURES_TO_OPEN - 1],
    ['refused messages', REJECTED, 9],
    ['a refused key', KEY_REFUSED, 9],
    ['a refused address', ADDRESS_REFUSED, 9],
  ])('stays closed after %s', async (_what, turn, times) => {
    const world = await openWorld(turn, times);
    expect(messageOf(await world.send()).status).toBe('accepted');
  });

  test('counts failures in a row only', async () => {
    const world = await openWorld(AWAY, FAILURES_TO_OPEN - 1);
    await world.send();
    for (let i = 0; i < FAILURES_TO_OPEN - 1; i++) {
      world.turns.push(AWAY);
      await world.send(SMS, `again-${i}`);
    }
    expect(messageOf(await world.send(SMS, 'last')).status).toBe('accepted');
  });

  test('does not add up failures that are far apart, whoever counted the others', async () => {
    const world = createWorld();
    for (let i = 0; i < 2 * FAILURES_TO_OPEN; i++) {
      world.turns.push(AWAY);
      await world.send(SMS, `trouble-${i}`);
      world.restart();
      world.clock.advance(60_001);
    }
    world.turns.push(AWAY);
    await world.send(SMS, 'trouble-again');
    expect(messageOf(await world.send()).status).toBe('accepted');
  });

  test('lets one try when its time is over, and closes for all when that gets through', async () => {
    const world = await openWorld();
    world.clock.advance(15_000);
    const before = world.calls.length;
    const others = [1, 2, 3].map(() => breakerOf(world));
    const gates = await Promise.all(others.map((breaker) => breaker.admit()));
    expect(gates.filter(({ kind }) => kind === 'closed')).toHaveLength(1);
    expect(world.calls).toHaveLength(before);
    const winner = others[gates.findIndex(({ kind }) => kind === 'closed')]!;
    await winner.learn({ kind: 'accepted', providerMessageId: 'p' }, 1);
    expect(await breakerOf(world).admit()).toEqual({ kind: 'closed' });
  });

  test('waits for the next one when the one that tries fails or dies', async () => {
    const world = await openWorld();
    world.clock.advance(15_000);
    const first = breakerOf(world);
    expect((await first.admit()).kind).toBe('closed');
    await first.learn({ kind: 'not-sent', reason: 'connect-refused' }, 1);
    expect((await breakerOf(world).admit()).kind).toBe('open');
    world.clock.advance(10_000);
    expect((await breakerOf(world).admit()).kind).toBe('closed');
  });

  test('what waited goes out once the provider is back, each message once', async () => {
    const world = await openWorld();
    await world.send();
    await world.pass(5 * 60_000);
    const states = [...world.table.items.values()].flatMap(({ state }) => state ?? []);
    expect(new Set(states)).toEqual(new Set(['accepted']));
    expect(world.calls.filter(({ took }) => took)).toHaveLength(FAILURES_TO_OPEN + 1);
  });

  test.each([
    ['a message of a good day', [], 0],
    ['one that follows trouble', [AWAY], 1],
  ])('costs %s so many reads before its call: %#', async (_what, turns, reads) => {
    const operations: string[] = [];
    const world = createWorld({
      around: (operation, apply, pk) => {
        if (pk?.startsWith('provider#')) operations.push(operation);
        return Promise.resolve(apply());
      },
    });
    world.turns.push(...turns);
    for (let i = 0; i < turns.length; i++) await world.send(SMS, `trouble-${i}`);
    operations.length = 0;
    for (let i = 0; i < 10; i++) {
      world.clock.advance(2000);
      await world.send(SMS, `key-${i}`);
    }
    expect(operations.filter((operation) => operation === 'get')).toHaveLength(reads);
    expect(operations.filter((operation) => operation !== 'get')).toHaveLength(turns.length);
  });

  test('is only advice: a message goes out when it cannot be read', async () => {
    const world = createWorld({
      around: (operation, apply, pk) =>
        operation === 'get' && pk?.startsWith('provider#')
          ? Promise.reject(awsFailure('none'))
          : Promise.resolve(apply()),
    });
    world.turns.push(AWAY);
    await world.send(SMS, 'trouble');
    world.clock.advance(2000);
    expect(messageOf(await world.send()).status).toBe('accepted');
  });
});
