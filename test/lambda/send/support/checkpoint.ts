import { checkpointOf, type Restore } from '../../../../local/simulators/checkpoint.ts';
import type { SendRoom } from './send-room.ts';

/** Keeps everything that outlasts an invocation. @returns brings it back */
export const checkpoint = (room: SendRoom): Restore => {
  const { world, known, deadKeys, delivered, box } = room;
  const { clock, queue, calls, turns, secret, table } = world;
  const saved = {
    letters: box.letters.map((letter) => ({ ...letter })),
    now: clock.now(),
    waiting: [...queue.waiting],
    calls: [...calls],
    turns: [...turns],
    secret: { ...secret },
    known: { ...known },
    deadKeys: [...deadKeys],
  };
  const restoreItems = checkpointOf(table.items);
  return () => {
    clock.advance(saved.now - clock.now());
    queue.waiting.splice(0, Infinity, ...saved.waiting);
    box.letters.splice(0, Infinity, ...saved.letters.map((letter) => ({ ...letter })));
    calls.splice(0, Infinity, ...saved.calls);
    turns.splice(0, Infinity, ...saved.turns);
    Object.assign(secret, saved.secret);
    Object.assign(known, saved.known);
    deadKeys.clear();
    for (const key of saved.deadKeys) deadKeys.add(key);
    room.delivered = delivered;
    room.broken.length = 0;
    world.emitted.length = 0;
    world.logged.length = 0;
    restoreItems();
  };
};
