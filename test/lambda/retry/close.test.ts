import { NOT_SENT } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { createWorld } from '../support/world.ts';

describe('closing a queued message', () => {
  test('gives its units back once, although two see its time pass', async () => {
    const world = createWorld();
    world.turns.push(NOT_SENT);
    await world.send({ ...SMS, validForSeconds: 10 }, 'short');
    await world.send(SMS, 'other');
    const [appointment] = world.queue.waiting;
    world.queue.waiting.push(appointment!);
    world.clock.advance(10_000);
    await Promise.all([world.retry(), world.retry()]);
    expect(world.used()).toBe(1);
  });
});
