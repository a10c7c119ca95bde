import type { RoomPolicy } from '../../../lambda/shared/contract.ts';
import type { MessageRecord } from '../../../lambda/shared/message.ts';
import type { Item } from '../support/expressions.ts';
import { KEY_REFUSED, LOST_ANSWER, messageOf, NOT_SENT, REJECTED, statesIn } from '../support/results.ts';
import { APP, ROOM, SMS } from '../support/room.ts';
import { awsFailure, createWorld, type ProviderTurn, version, type World } from '../support/world.ts';

const BUSY: ProviderTurn = { outcome: { kind: 'not-sent', reason: 'connect-refused' }, took: false };
const OTP = { ...SMS, category: 'otp', validForSeconds: 60 };

/** A world with one message that the provider did not take. */
const queuedWorld = async (turns: readonly ProviderTurn[] = [BUSY], body: object = SMS, world = createWorld()) => {
  world.turns.push(...turns);
  await world.send(body);
  return world;
};
const recordIn = ({ table }: World) =>
  [...table.items.values()].find(({ state }) => state !== undefined) as unknown as MessageRecord;
const openedIn = async (world: World) => {
  const { id, sealed } = recordIn(world);
  return (await world.ports.hashes())!.open(id, sealed ?? '');
};
const freeze = ({ table }: World, frozen = true): void =>
  void table.items.set('app#shop', { ...table.items.get('app#shop')!, frozen });

const without = (item: Item, attribute: string): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => name !== attribute));

describe('retryMessage', () => {
  test('sends what was queued once, as the next attempt, with what the app had said', async () => {
    const world = await queuedWorld();
    await world.pass(1000);
    expect(world.calls.map(({ message }) => message.attempt)).toEqual([1, 2]);
    expect(world.calls[1]?.message).toMatchObject({ to: SMS.to, content: { kind: 'text', text: SMS.text } });
    expect(messageOf(await world.send())).toMatchObject({ replayed: true, status: 'accepted', reason: null });
    expect(world.used()).toBe(1);
    expect(world.queue.waiting).toEqual([]);
  });

  test('keeps the text only while the message is queued, and the number only until it is settled', async () => {
    const held: unknown[] = [];
    const world: World = createWorld({
      around: async (operation, apply) => {
        if (operation === 'provider') held.push(await openedIn(world));
        return apply();
      },
    });
    await queuedWorld([BUSY], SMS, world);
    expect(await openedIn(world)).toEqual({ to: SMS.to, content: { kind: 'text', text: SMS.text } });
    await world.pass(1000);
    expect(held).toEqual([{ to: SMS.to }, { to: SMS.to }]);
    expect(recordIn(world)).toMatchObject({ state: 'accepted', sealed: null, takes: [], nextAttemptAt: null });
    expect(recordIn(world)).toMatchObject({ dueAt: world.clock.now() + 600_000 });
  });

  test('waits longer each time, as long as the provider asks, and keeps one-time codes in a queue of their own', async () => {
    const world = await queuedWorld([BUSY, BUSY, NOT_SENT, BUSY], OTP);
    const delays: number[] = [];
    for (let i = 0; i < 4; i++) {
      const [waiting] = world.queue.waiting;
      expect(waiting?.category).toBe('otp');
      delays.push(waiting!.at - world.clock.now());
      world.clock.advance(delays.at(-1)!);
      await world.retry();
    }
    expect(delays).toEqual([1000, 2000, 7000 + 4000, 8000]);
    expect(statesIn(world)).toEqual(['accepted']);
  });

  test('lets a message expire at its time, gives the unit back once, and says that a new key may be used', async () => {
    const world = await queuedWorld(
      Array.from({ length: 50 }, () => BUSY),
      { ...SMS, validForSeconds: 10 },
    );
    expect(world.used()).toBe(1);
    await world.pass(10_000);
    const calls = world.calls.length;
    expect(messageOf(await world.send({ ...SMS, validForSeconds: 10 }))).toMatchObject({
      replayed: true,
      status: 'expired',
      final: true,
      safeToResend: true,
    });
    expect(world.used()).toBe(0);
    expect(recordIn(world)).toMatchObject({ sealed: null, takes: [] });
    await world.pass(3600_000);
    expect(world.calls).toHaveLength(calls);
    expect(world.emitted.filter(({ values }) => values.Expired === 1)).toHaveLength(1);
  });

  test.each<[string, ProviderTurn, string, number]>([
    ['rejected', REJECTED, 'rejected', 0],
    ['lost', LOST_ANSWER, 'unknown', 1],
    ['refused with its key', KEY_REFUSED, 'queued', 1],
  ])('an attempt that was %s ends as the first one would', async (_what, turn, state, used) => {
    const world = await queuedWorld([BUSY, turn]);
    await world.pass(1500);
    expect(statesIn(world)).toEqual([state]);
    expect(world.used()).toBe(used);
  });

  test('never sends again what may have been sent', async () => {
    const world = await queuedWorld([BUSY, LOST_ANSWER]);
    await world.pass(24 * 3600_000);
    expect(world.calls).toHaveLength(2);
    expect(statesIn(world)).toEqual(['unknown']);
  });

  test("an appointment that is no longer the message's is void", async () => {
    const world = await queuedWorld();
    const [first] = world.queue.waiting;
    freeze(world);
    world.clock.advance(1000);
    await world.retry();
    freeze(world, false);
    world.queue.waiting.unshift(first!);
    expect(await world.retry()).toBe('done');
    expect(world.calls).toHaveLength(1);
    await world.pass(60_000);
    expect(world.calls).toHaveLength(2);
  });

  test('an appointment that comes early is made again, and is good for it', async () => {
    const world = await queuedWorld([{ ...NOT_SENT, outcome: { ...NOT_SENT.outcome, retryAfterSeconds: 1800 } }]);
    await world.pass(1799_000);
    expect(world.calls).toHaveLength(1);
    expect(world.queue.waiting).toHaveLength(1);
    await world.pass(3000);
    expect(world.calls).toHaveLength(2);
  });

  test.each<[string, (world: World) => void, (world: World) => void]>([
    ['the app is frozen', (world) => freeze(world), (world) => freeze(world, false)],
    [
      'its country is frozen',
      (world) => void world.table.items.set('app#shop', { ...world.table.items.get('app#shop')!, 'frozen-AE': true }),
      (world) => void world.table.items.set('app#shop', without(world.table.items.get('app#shop')!, 'frozen-AE')),
    ],
    [
      'the key may not be read',
      (world) => void (world.clock.advance(301_000), (world.secret.AWSCURRENT = { kind: 'denied' })),
      (world) => void (world.secret.AWSCURRENT = version('v1')),
    ],
    [
      'the room has no key',
      (world) => void (world.clock.advance(301_000), (world.secret.AWSCURRENT = { kind: 'absent' })),
      (world) => void (world.secret.AWSCURRENT = version('v1')),
    ],
  ])('while %s a message waits, and goes out afterwards, once', async (_what, stop, go) => {
    const world = await queuedWorld();
    stop(world);
    await world.pass(300_000);
    expect(world.calls).toHaveLength(1);
    expect(statesIn(world)).toEqual(['queued']);
    expect(world.queue.waiting).toHaveLength(1);
    go(world);
    await world.pass(60_000);
    expect(world.calls).toHaveLength(2);
    expect(statesIn(world)).toEqual(['accepted']);
    expect(world.used()).toBe(1);
  });

  test.each<[string, RoomPolicy]>([
    ['the app', { ...ROOM, apps: {} }],
    ['the channel', { ...ROOM, apps: { shop: { ...APP, channels: ['whatsapp'] } } }],
    ['the sender', { ...ROOM, apps: { shop: { ...APP, senders: { sms: ['Other'] } } } }],
    ['the country', { ...ROOM, apps: { shop: { ...APP, countries: ['SA'] } } }],
    ['the recipient', { ...ROOM, onlyRecipients: [] }],
  ])('refuses what is queued when a deploy took %s away, and gives the unit back', async (_what, room) => {
    const world = await queuedWorld();
    Object.assign(world.ports, { room });
    await world.pass(2000);
    expect(world.calls).toHaveLength(1);
    expect(recordIn(world)).toMatchObject({ state: 'rejected', sealed: null });
    expect(world.used()).toBe(0);
  });

  test('a message expires at its time although its app is frozen', async () => {
    const world = await queuedWorld([BUSY], { ...SMS, validForSeconds: 10 });
    freeze(world);
    world.clock.advance(10_000);
    await world.retry();
    expect(statesIn(world)).toEqual(['expired']);
    expect(world.used()).toBe(0);
  });

  test('does not call the provider when the time of the message passes during the round trips', async () => {
    let looks = 0;
    const world: World = createWorld({
      around: (operation, apply, pk) => {
        if (operation === 'get' && pk === 'app#shop' && ++looks === 1) world.clock.advance(1500);
        return Promise.resolve(apply());
      },
    });
    await queuedWorld([BUSY], { ...SMS, validForSeconds: 10 }, world);
    world.clock.advance(9000);
    await world.retry();
    expect(looks).toBe(1);
    expect(world.calls).toHaveLength(1);
    expect(statesIn(world)).toEqual(['expired']);
    expect(world.used()).toBe(0);
  });

  test('leaves a message of another week alone', async () => {
    const world = await queuedWorld();
    world.clock.advance(7 * 24 * 3600_000);
    expect(await world.retry()).toBe('done');
    expect(world.calls).toHaveLength(1);
  });

  test('asks for the appointment again when the ledger cannot be written, and then sends once', async () => {
    let deaf = false;
    const world: World = createWorld({
      around: (operation, apply) => {
        if (!deaf || operation !== 'update') return Promise.resolve(apply());
        world.clock.advance(1000);
        return Promise.reject(awsFailure('none'));
      },
    });
    await queuedWorld([BUSY], SMS, world);
    world.clock.advance(1000);
    deaf = true;
    expect(await world.retry()).toBe('again');
    deaf = false;
    await world.pass(60_000);
    expect(world.calls).toHaveLength(2);
    expect(statesIn(world)).toEqual(['accepted']);
  });

  test('claims once when the answer to the claim is lost', async () => {
    let lost = false;
    const world: World = createWorld({
      around: (operation, apply) => {
        const result = apply();
        const isLost = lost && operation === 'update' && recordIn(world).state === 'sending';
        if (!isLost) return Promise.resolve(result);
        lost = false;
        return Promise.reject(awsFailure('unknown'));
      },
    });
    await queuedWorld([BUSY], SMS, world);
    lost = true;
    await world.pass(1000);
    expect(lost).toBe(false);
    expect(world.calls).toHaveLength(2);
    expect(statesIn(world)).toEqual(['accepted']);
  });

  test('an appointment that cannot be made keeps the message queued and is logged', async () => {
    const world = createWorld({
      around: (operation, apply) =>
        operation === 'queue' ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
    });
    await queuedWorld([BUSY], SMS, world);
    expect(statesIn(world)).toEqual(['queued']);
    expect(world.logged.map(({ event }) => event)).toContain('appointment not made');
  });

  test('leaves alone what counts as absent, though the table has not deleted it yet', async () => {
    const world = createWorld();
    world.turns.push(NOT_SENT);
    await world.send();
    world.clock.advance(8 * 24 * 3_600_000);
    expect(await world.retry()).toBe('done');
    expect(statesIn(world)).toEqual(['queued']);
  });
});
