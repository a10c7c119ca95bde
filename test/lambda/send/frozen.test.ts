import { problemOf, statesIn } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { createWorld, type World } from '../support/world.ts';

const mark = (world: World, attributes: Readonly<Record<string, boolean>>): void =>
  void world.table.items.set('app#shop', { ...world.table.items.get('app#shop')!, ...attributes });

describe('what is frozen', () => {
  test('a room says that it is the room, and nothing is kept of the request', async () => {
    const world = createWorld();
    mark(world, { frozen: true, frozenByRoom: true });
    expect(problemOf(await world.send())).toMatchObject({ code: 'room-frozen', status: 503 });
    expect([world.calls, statesIn(world)]).toEqual([[], []]);
  });

  test('an app that was stopped by itself, too, is told of the room: that is what stops everybody', async () => {
    const world = createWorld();
    mark(world, { frozen: true, frozenByRoom: true, frozenByItself: true });
    expect(problemOf(await world.send()).code).toBe('room-frozen');
  });

  test('a country is refused with the number at fault, in the first write and in every later one', async () => {
    const world = createWorld();
    mark(world, { 'frozen-AE': true });
    expect(problemOf(await world.send(SMS, 'first'))).toMatchObject({ code: 'app-frozen', field: 'to', sent: false });
    const warm = createWorld();
    await warm.send(SMS, 'warm');
    mark(warm, { 'frozen-AE': true });
    expect(problemOf(await warm.send(SMS, 'second')).code).toBe('app-frozen');
    expect([world.calls.length, warm.calls.length]).toEqual([0, 1]);
    expect(warm.used()).toBe(1);
  });

  test('another country than the frozen one is not touched', async () => {
    const world = createWorld();
    mark(world, { 'frozen-SA': true });
    await world.send();
    expect(world.calls).toHaveLength(1);
  });

  test('a dry run says so, too', async () => {
    const world = createWorld();
    mark(world, { 'frozen-AE': true });
    expect(problemOf(await world.send({ ...SMS, dryRun: true })).code).toBe('app-frozen');
  });
});
