import type { Category } from '../../../lambda/shared/message.ts';
import type { Appointment, RetryQueue } from '../../../lambda/shared/retry-queue.ts';
import type { FakeClock } from './fake-clock.ts';
import type { Around } from './fake-table.ts';

/** Longest delay of one message in SQS. */
const MOST_DELAY_MS = 900_000;

export interface Waiting extends Appointment {
  readonly category: Category;
  readonly visibleAt: number;
}

export interface FakeQueue extends RetryQueue {
  readonly waiting: Waiting[];
  /** Takes one appointment that is visible out of the queue, as a delivery that is then deleted does. */
  take(): Waiting | undefined;
  /** When the next appointment becomes visible. */
  nextAt(): number | undefined;
}

/** Both queues in memory. */
export const createFakeQueue = (
  clock: FakeClock,
  around: Around = (_operation, apply) => Promise.resolve(apply()),
): FakeQueue => {
  const waiting: Waiting[] = [];
  return {
    waiting,
    add: async (appointment, category) => {
      try {
        return await around('queue', () => {
          const visibleAt = Math.min(appointment.at, clock.now() + MOST_DELAY_MS);
          waiting.push({ ...appointment, category, visibleAt });
          return true;
        });
      } catch {
        return false;
      }
    },
    take: () => {
      const index = waiting.findIndex(({ visibleAt }) => visibleAt <= clock.now());
      return index < 0 ? undefined : waiting.splice(index, 1)[0];
    },
    nextAt: () => (waiting.length === 0 ? undefined : Math.min(...waiting.map(({ visibleAt }) => visibleAt))),
  };
};
