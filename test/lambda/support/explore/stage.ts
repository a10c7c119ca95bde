import type { Restore } from '../../../../local/simulators/checkpoint.ts';

/** Faults of one invocation, by the number of the call they happen to. */
export type Schedule<Fault> = ReadonlyMap<number, Fault>;

/** Where stories are played: a room whose world can be brought back, and whose calls can be made to fail. */
export interface Stage<Room, Fault> {
  readonly room: Room;
  /**
   * One invocation under faults, its calls counted from 0.
   *
   * @param onChange called after every call that may have changed something
   * @returns what it came to, and its calls by name, in order
   */
  play<T>(
    schedule: Schedule<Fault>,
    invocation: () => Promise<T>,
    onChange: () => void,
  ): Promise<{ readonly result: T; readonly calls: readonly string[] }>;
  /** The faults that differ for a call. */
  faultsFor(call: string): readonly Fault[];
  /** Time until the next invocation, so that what took a moment longer leads to the same world. */
  nextTick(): void;
  checkpoint(): Restore;
  /** A text that is equal for worlds that go on in the same way. */
  fingerprint(position: unknown): string;
}

/**
 * Runs an invocation under every schedule of at most so many faults, depth first.
 *
 * The calls it makes depend on the faults before: a fault is added only after the last one of its schedule.
 */
export const runEverySchedule = async <Fault>(
  maxFaults: number,
  faultsFor: (call: string) => readonly Fault[],
  run: (schedule: Schedule<Fault>) => Promise<readonly string[]>,
): Promise<void> => {
  const further = async (schedule: Schedule<Fault>): Promise<void> => {
    const calls = await run(schedule);
    if (schedule.size === maxFaults) return;
    const last = Math.max(-1, ...schedule.keys());
    for (let index = last + 1; index < calls.length; index += 1) {
      for (const fault of faultsFor(calls[index] ?? '')) await further(new Map([...schedule, [index, fault]]));
    }
  };
  await further(new Map());
};
