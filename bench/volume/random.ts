/** A seeded source of chance. */
export interface Chance {
  /** From 0 to below 1. */
  readonly next: () => number;
  readonly between: (least: number, most: number) => number;
  /** Standard normal. */
  readonly normal: () => number;
  /** How many independent events happen where so many are expected. */
  readonly poisson: (mean: number) => number;
}

/** Mulberry32: small, and the same everywhere. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    normal,
    between: (least, most) => least + (most - least) * next(),
    poisson: (mean) => {
      // Beyond this the normal distribution is as good, and the product below would take long.
      if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
      let events = -1;
      for (let product = 1; product > Math.exp(-mean); events++) product *= next();
      return Math.max(0, events);
    },
  };
};
