import { explore as exploreStage, type Explored, type ExploreOptions } from '../../support/explore/explore.ts';
import type { Stage } from '../../support/explore/stage.ts';
import { createFaultInjector, type Fault, faultsFor, isRead } from './faults.ts';
import { fingerprint } from './fingerprint.ts';
import { createTestRoom, type TestRoom } from './room.ts';
import type { Story } from './story.ts';

/** What the function can tell of time in a story: retries that take a moment longer lead to the same world. */
const TICK_MS = 60_000;

/** Plays a story of the keys under every schedule of at most so many faults. */
export const explore = (story: Story, maxFaults: number, options?: ExploreOptions): Promise<Explored> =>
  exploreStage(createStage(story.provider), story, maxFaults, options);

const createStage = (provider: Story['provider']): Stage<TestRoom, Fault> => {
  const faults = createFaultInjector();
  const room = createTestRoom(provider, faults, {}, TICK_MS);
  return {
    room,
    play: async (schedule, invocation, onChange) => {
      faults.start(schedule);
      faults.onCall = (call) => {
        if (!isRead(call)) onChange();
      };
      faults.armed = true;
      const result = await invocation();
      // What a failed invocation has left running ends with it.
      await new Promise((resolve) => setImmediate(resolve));
      faults.armed = false;
      return { result, calls: [...faults.calls] };
    },
    faultsFor,
    nextTick: () => {
      room.nextTick();
    },
    checkpoint: () => room.checkpoint(),
    fingerprint: (position) => fingerprint(room, position),
  };
};
