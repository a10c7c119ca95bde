import { messageOf, NOT_SENT } from '../support/results.ts';
import { ROOM, SMS } from '../support/room.ts';
import { awsFailure, createWorld, type World } from '../support/world.ts';
import { alwaysHealthy } from '../../../lambda/shared/provider-health.ts';

const CODE = { ...SMS, category: 'otp' } as const;
/** What all workers together may do in vain within ten seconds. */
const BUDGET = 100;
const KEPT_FOR_CODES = 20;

/** A world that goes on trying: with the breaker, an outage would be over sooner. */
const worldOf = (options: Parameters<typeof createWorld>[0] = {}): World => {
  const world = createWorld({
    ...options,
    room: {
      ...ROOM,
      apps: { shop: { ...ROOM.apps.shop!, limits: { ...ROOM.apps.shop!.limits, messagesPerDay: 1000 } } },
    },
  });
  Object.assign(world.ports, { health: alwaysHealthy });
  return world;
};
/** So many messages that the provider refused for now, all due at once, in the middle of a window. */
const queueMany = async (world: World, count: number, body: object = SMS, name = 'many'): Promise<void> => {
  world.turns.push(...Array.from({ length: count }, () => NOT_SENT));
  for (let i = 0; i < count; i++) messageOf(await world.send(body, `${name}-${i}`));
};
const toNextWindow = (world: World): void => world.clock.advance(10_000 - (world.clock.now() % 10_000));
/** One delivery of everything that is due. @returns calls of the provider */
const retryAllDue = async (world: World): Promise<number> => {
  const before = world.calls.length;
  for (let result = await world.retry(); result !== undefined; result = await world.retry());
  return world.calls.length - before;
};
const putOff = ({ logged }: World): number =>
  logged.filter(({ event, fields }) => event === 'message put off' && fields?.reason === 'retry-budget').length;

describe('the budget of retries', () => {
  test('bounds what is tried in vain, and puts the others off to an appointment of their own', async () => {
    const world = worldOf();
    await queueMany(world, 130);
    toNextWindow(world);
    world.turns.push(...Array.from({ length: 200 }, () => NOT_SENT));
    expect(await retryAllDue(world)).toBe(BUDGET - KEPT_FOR_CODES);
    expect(putOff(world)).toBe(130 - (BUDGET - KEPT_FOR_CODES));
    const end = world.clock.now() + 10_000;
    const waiting = [...world.table.items.values()].filter(({ reason, state }) => state === 'queued' && reason);
    expect(waiting).toHaveLength(130);
    expect(world.queue.waiting.filter(({ at }) => at >= end)).toHaveLength(130 - (BUDGET - KEPT_FOR_CODES));
  });

  test('keeps a part for one-time codes', async () => {
    const world = worldOf();
    await queueMany(world, 90);
    await queueMany(world, 30, CODE, 'codes');
    toNextWindow(world);
    world.turns.push(...Array.from({ length: 200 }, () => NOT_SENT));
    expect(await retryAllDue(world)).toBe(BUDGET);
    const retried = world.calls.slice(120).map(({ message }) => world.table.items.get(`message#${message.id}`));
    expect(retried.filter((record) => record?.category === 'otp')).toHaveLength(KEPT_FOR_CODES);
  });

  test('does not count retries that the provider answers: a backlog goes out as fast as it takes it', async () => {
    const world = worldOf();
    await queueMany(world, 150);
    toNextWindow(world);
    expect(await retryAllDue(world)).toBe(150);
    expect(putOff(world)).toBe(0);
  });

  test('does not count a retry that lost its message to another', async () => {
    const world = worldOf();
    await queueMany(world, 1);
    toNextWindow(world);
    const change = world.ports.ledger.change.bind(world.ports.ledger);
    Object.assign(world.ports, {
      ledger: { ...world.ports.ledger, change: () => Promise.resolve('superseded') },
    });
    await world.retry();
    Object.assign(world.ports, { ledger: { ...world.ports.ledger, change } });
    const [item] = [...world.table.items].filter(([pk]) => pk.startsWith('retries#'));
    expect(item?.[1]).toMatchObject({ taken: 0 });
  });

  test('sends everything in the end, each message once', async () => {
    const world = worldOf();
    await queueMany(world, 130);
    world.turns.push(...Array.from({ length: 300 }, () => NOT_SENT));
    await world.pass(30 * 60_000);
    const states = [...world.table.items].flatMap(([pk, { state }]) => (pk.startsWith('message#') ? [state] : []));
    expect(states).toEqual(Array.from({ length: 130 }, () => 'accepted'));
    expect(world.calls.filter(({ took }) => took)).toHaveLength(130);
  });

  test('grants when it cannot be read', async () => {
    const world = worldOf({
      around: (_operation, apply, pk) =>
        pk?.startsWith('retries#') ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
    });
    await queueMany(world, 1);
    toNextWindow(world);
    expect(await retryAllDue(world)).toBe(1);
  });
});
