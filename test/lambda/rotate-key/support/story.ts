import { type RoomCommand, ROTATION_STEPS } from '../../../../lambda/rotate-key/contract.ts';
import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import type * as Acts from '../../support/explore/story.ts';
import type { TestRoom } from './room.ts';

/** A part of what happens to a room's keys. */
export type Act = Acts.Act<TestRoom>;

/** What happens to a room's keys at one provider. */
export interface Story extends Acts.Story<TestRoom> {
  readonly provider: SimulatedProviderName;
}

/** Time goes by, and nothing happens. */
export const pause = (seconds: number): Act => ({
  name: `pause of ${seconds} s`,
  move: (room) => {
    room.advance(seconds);
    return Promise.resolve('over');
  },
});

/** A command, repeated after a while when it failed. */
export const command = (action: RoomCommand['action'], { tries = 1, pauseSeconds = 200 } = {}): Act => ({
  name: action,
  move: async (room, { attempt = 1 }) => {
    if ((await room.command(action)).ok || attempt === tries) return 'over';
    room.advance(pauseSeconds);
    return { attempt: Number(attempt) + 1 };
  },
});

const TRIES = 4;
const PAUSE_SECONDS = 300;

/** Secrets Manager's part: begins a rotation, or goes on with an unfinished one; the whole again when a step fails. */
export const rotation: Act = {
  name: 'rotation',
  move: async (room, { attempt = 1, step = 0, token = room.beginRotation() }) => {
    try {
      await room.step(ROTATION_STEPS[Number(step)] ?? 'createSecret', String(token));
    } catch {
      if (attempt === TRIES) return 'over';
      room.advance(PAUSE_SECONDS);
      return { attempt: Number(attempt) + 1, step: 0, token };
    }
    const next = Number(step) + 1;
    return next === ROTATION_STEPS.length ? 'over' : { attempt, step: next, token };
  },
};

/** As {@link rotation}, but nothing happens where none has begun. */
export const begunRotation: Act = {
  name: 'rotation that has begun',
  move: async (room, progress) => {
    const pending = room.sending.holder('AWSPENDING');
    const hasBegun = pending !== undefined && pending !== room.sending.holder('AWSCURRENT');
    return progress.token === undefined && !hasBegun ? 'over' : rotation.move(room, progress);
  },
};

/** The alarm on refused keys goes off; Lambda tries three times in all, after one minute and after two more. */
export const alarm: Act = {
  name: 'alarm',
  move: async (room, { attempt = 1 }) => {
    if ((await room.alarm()) === 'done' || attempt === 3) return 'over';
    room.advance(Number(attempt) * 60);
    return { attempt: Number(attempt) + 1 };
  },
};
