/** What disturbs a schedule, so that one that broke something can be made shorter. */
export interface Disturbances {
  /** @returns whether it is to happen; then it is remembered */
  happens(step: number, what: string): boolean;
  readonly happened: readonly string[];
}

/** @param only those that may happen. @default - all */
export const createDisturbances = (only?: ReadonlySet<string>): Disturbances => {
  const happened: string[] = [];
  return {
    happened,
    happens: (step, what) => {
      const label = `${step}: ${what}`;
      if (only?.has(label) === false) return false;
      happened.push(label);
      return true;
    },
  };
};

/**
 * Leaves out one disturbance after the other while the same still breaks.
 *
 * @param play plays the schedule with these disturbances at most. @returns what broke, and what disturbed it
 */
export const shrink = async (
  play: (only: ReadonlySet<string>) => Promise<{ broken: readonly string[]; happened: readonly string[] }>,
  sentence: string,
  happened: readonly string[],
): Promise<readonly string[]> => {
  let smallest = [...happened];
  for (const label of [...happened].reverse()) {
    const without = smallest.filter((each) => each !== label);
    const played = await play(new Set(without));
    if (played.broken.includes(sentence)) smallest = [...played.happened];
  }
  return smallest;
};
