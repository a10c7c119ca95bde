import { SMS } from '../support/room.ts';
import { KEY_REFUSED, LOST_ANSWER, messageOf, problemOf, statesIn } from '../support/results.ts';
import { createWorld, version } from '../support/world.ts';

describe('the key of the room', () => {
  test.each([
    ['absent', 'room-has-no-key', 'after'],
    ['denied', 'not-sent', 'same-key'],
    ['unavailable', 'not-sent', 'same-key'],
  ] as const)('with a key that is %s answers %s and undoes what it took', async (kind, code, retry) => {
    const world = createWorld();
    world.secret.AWSCURRENT = { kind };
    expect(problemOf(await world.send())).toMatchObject({ code, status: 503, retry, sent: false });
    expect(world.calls).toHaveLength(0);
    expect(world.used()).toBe(0);
    expect(statesIn(world)).toEqual([]);
    world.secret.AWSCURRENT = version('v1');
    expect(messageOf(await world.send())).toMatchObject({ replayed: false, status: 'accepted' });
  });

  test('calls it a frozen room when the app is frozen and the key is denied', async () => {
    const world = createWorld();
    world.table.items.set('app#shop', { pk: 'app#shop', frozen: true });
    world.secret.AWSCURRENT = { kind: 'denied' };
    expect(problemOf(await world.send())).toMatchObject({ code: 'room-frozen', status: 503 });
  });

  test('sends nothing while the pepper cannot be read', async () => {
    const world = createWorld();
    const ports = { ...world.ports, hashes: () => Promise.resolve(undefined) };
    const { sendMessage } = await import('../../../lambda/send/send-message.ts');
    const command = { app: 'shop', idempotencyKey: 'k', body: SMS, requestId: 'r', deadline: 14_500 };
    expect(problemOf(await sendMessage(ports, command)).code).toBe('not-sent');
    expect(world.table.items.size).toBe(2);
  });

  test('tries once more with a new key when the provider refused the cached one', async () => {
    const world = createWorld();
    await world.send(SMS, 'warm');
    world.clock.advance(2000);
    world.secret.AWSCURRENT = version('v2', world.clock.now());
    world.turns.push(KEY_REFUSED);
    expect(messageOf(await world.send())).toMatchObject({ status: 'accepted' });
    expect(world.calls.map(({ key }) => key)).toEqual(['key-of-v1', 'key-of-v1', 'key-of-v2']);
    expect(world.used()).toBe(2);
  });

  test('never tries again with a new key what may have been sent with the old one', async () => {
    const world = createWorld();
    await world.send(SMS, 'warm');
    world.clock.advance(2000);
    world.secret.AWSCURRENT = version('v2', world.clock.now());
    world.turns.push(LOST_ANSWER);
    expect(messageOf(await world.send()).status).toBe('unknown');
    expect(world.calls).toHaveLength(2);
  });

  test('queues the message when the key stays refused, and counts that', async () => {
    const world = createWorld();
    world.turns.push(KEY_REFUSED);
    expect(messageOf(await world.send()).status).toBe('queued');
    expect(world.calls).toHaveLength(1);
    expect(world.emitted.at(-1)?.values).toEqual({
      KeyRefusedByProvider: 1,
      NotSent: 1,
      Messages: 1,
      Segments: 1,
      Queued: 1,
    });
  });
});
