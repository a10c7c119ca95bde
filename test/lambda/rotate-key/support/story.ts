import { type RoomCommand, ROTATION_STEPS } from '../../../../lambda/rotate-key/contract.ts';
import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import type { TestRoom } from './room.ts';

/** How far an act is: all that it may know beside the room. */
export type Progress = Readonly<Record<string, string | number>>;

/**
 * A part of a story: a series of invocations of the function, each under faults.
 *
 * What happens next may depend on the room, on the progress, and on nothing else: whoever comes to the same of both by
 * another way goes on in the same way.
 */
export interface Act {
  readonly name: string;
  /** One invocation at most. @returns how far the act is now, or `over` */
  move(room: TestRoom, progress: Progress): Promise<Progress | 'over'>;
}

/** What happens to a room, in the order it happens. */
export interface Story {
  readonly provider: SimulatedProviderName;
  /** Before there are faults. */
  begin(room: TestRoom): Promise<void>;
  readonly acts: readonly Act[];
  /** What must hold whenever a call changed something. @returns what does not */
  always(room: TestRoom): readonly string[];
  /** Without faults again. @returns what does not hold */
  end(room: TestRoom, injected: number): Promise<readonly string[]>;
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
