import * as fc from 'fast-check';

import { createUnitLedger } from '../../../lambda/shared/ledger-units.ts';
import type { Take, UnitLedger } from '../../../lambda/shared/unit-ledger.ts';
import { type Around, createFakeTable } from '../support/fake-table.ts';
import { awsFailure } from '../support/world.ts';

const APP = 'shop';
/** A day of these tests, in seconds. */
const DAY = 30;

const OF_MOMENT = (now: number) => ({ item: `prefix#${now - (now % DAY)}` });
const OF_RECIPIENT = (now: number) => ({ item: 'recipient#1', day: now - (now % DAY) });

/** Two windows of the app, two of an item that is made by the first take, and two of one that stays. Seconds. */
const WINDOWS = [
  { limit: 'short', length: 10, capacity: 3, where: () => ({}) },
  { limit: 'long', length: 30, capacity: 7, where: () => ({}) },
  { limit: 'narrow', length: 10, capacity: 4, where: OF_MOMENT },
  { limit: 'wide', length: 30, capacity: 6, where: OF_MOMENT },
  { limit: 'slim', length: 10, capacity: 4, where: OF_RECIPIENT },
  { limit: 'broad', length: 30, capacity: 6, where: OF_RECIPIENT },
];

const takesAt = (now: number, units: number): readonly Take[] =>
  WINDOWS.map(({ limit, length, capacity, where }) => ({
    ...{ limit, length, capacity, units, start: now - (now % length) },
    ...where(now),
  }));

type Fault = 'refused' | 'lost-request' | 'lost-answer';
type Step =
  /** Time passes. */
  | { readonly kind: 'wait'; readonly seconds: number }
  /** A request takes, by a clock that is wrong by so much; `faults` strike at the calls with these numbers. */
  | {
      readonly kind: 'take';
      readonly units: number;
      readonly skew: number;
      readonly faults: readonly [number, Fault][];
    }
  /** What the oldest request holds goes back. */
  | { readonly kind: 'give'; readonly faults: readonly [number, Fault][] };

const faults = fc.array(fc.tuple(fc.nat(7), fc.constantFrom<Fault>('refused', 'lost-request', 'lost-answer')), {
  maxLength: 2,
});
const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ kind: fc.constant('wait'), seconds: fc.integer({ min: 1, max: 25 }) }),
    fc.record({
      kind: fc.constant('take'),
      units: fc.integer({ min: 1, max: 4 }),
      skew: fc.integer({ min: -12, max: 12 }),
      faults,
    }),
    fc.record({ kind: fc.constant('give'), faults }),
  ),
  { minLength: 1, maxLength: 40 },
);

const setUp = () => {
  let struck = new Map<number, Fault>();
  let calls = 0;
  const around: Around = (_operation, apply) => {
    const fault = struck.get(calls++);
    if (fault === undefined) return Promise.resolve(apply());
    if (fault === 'lost-answer') apply();
    return Promise.reject(awsFailure(fault === 'refused' ? 'none' : 'unknown'));
  };
  const table = createFakeTable(around);
  table.items.set(`app#${APP}`, { pk: `app#${APP}`, frozen: false });
  const strike = (next: readonly [number, Fault][]): void => {
    struck = new Map(next);
    calls = 0;
  };
  return { table, ledger: createUnitLedger(table), strike };
};

const keyOf = ({ limit, start, item }: Take): string => `${item ?? 'app'} ${limit} ${start}`;

/** Units that somebody holds, by window: taken, and never given back. */
const heldBy = (requests: readonly (readonly Take[])[]): ReadonlyMap<string, number> => {
  const held = new Map<string, number>();
  for (const take of requests.flat()) held.set(keyOf(take), (held.get(keyOf(take)) ?? 0) + take.units);
  return held;
};

/** Units the table says are used, by window. */
const usedIn = (items: ReadonlyMap<string, Readonly<Record<string, unknown>>>): ReadonlyMap<string, number> => {
  const used = new Map<string, number>();
  for (const [pk, item] of items) {
    for (const [name, value] of Object.entries(item)) {
      const [limit = '', start] = name.replace(`${APP}.`, '').split('@');
      if (start !== undefined) used.set(`${pk} ${limit} ${start}`, Number(value));
      if (name.endsWith('-used')) {
        const appLimit = name.slice(0, -'-used'.length);
        used.set(`app ${appLimit} ${Number(item[`${appLimit}-start`])}`, Number(value));
      }
    }
  }
  return used;
};

const play = async (story: readonly Step[], after: (ledger: UnitLedger) => void = () => undefined) => {
  const { table, ledger, strike } = setUp();
  let now = 1000;
  const holding: (readonly Take[])[] = [];
  const everHeld: (readonly Take[])[] = [];
  for (const step of story) {
    if (step.kind === 'wait') now += step.seconds;
    if (step.kind === 'take') {
      strike(step.faults);
      const result = await ledger.take(APP, takesAt(now + step.skew, step.units), 'AE');
      if (result.kind === 'taken') {
        holding.push(result.takes);
        everHeld.push(result.takes);
      }
    }
    if (step.kind === 'give') {
      const takes = holding.shift();
      strike(step.faults);
      if (takes) await ledger.giveBack(APP, takes);
    }
    const used = usedIn(table.items);
    for (const [key, units] of heldBy(holding)) {
      const limit = WINDOWS.find((window) => key.includes(` ${window.limit} `))!;
      if (units > limit.capacity) throw new Error(`${key} holds ${limit.capacity} and ${units} were given out`);
      if (used.has(key) && used.get(key)! < units) throw new Error(`${key}: ${units} are held, ${used.get(key)} used`);
    }
    for (const [key, units] of used) if (units < 0) throw new Error(`${key} is below zero`);
  }
  after(ledger);
  return { used: usedIn(table.items), held: heldBy(holding) };
};

describe('the windows of limits, under any clock and any two faults a call', () => {
  test('give out no more than they hold, and take nothing back that somebody holds', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        await play(story);
      }),
      { numRuns: 2000 },
    );
  });

  test('without faults hold exactly what is held: a refusal and a refund leave no trace', async () => {
    const calm = steps.map((story) => story.map((step) => (step.kind === 'wait' ? step : { ...step, faults: [] })));
    await fc.assert(
      fc.asyncProperty(calm, async (story) => {
        const { used, held } = await play(story);
        for (const [key, units] of used) {
          // An app's window that was left behind in one refund keeps the units of the others that were given with it.
          if (!key.startsWith('app')) expect([key, units]).toEqual([key, held.get(key) ?? 0]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a window without room for the units is refused before anything is written', async () => {
    const { table, ledger } = setUp();
    const take = { limit: 'a', start: 0, length: 1, capacity: 0, units: 1, item: 'rate#shop#0' };
    expect(await ledger.take(APP, [take], 'AE')).toEqual({ kind: 'exhausted', take: { ...take, left: 0 } });
    expect(table.items.has('rate#shop#0')).toBe(false);
  });

  test('the write that admits a message notes where it goes, and one that admits none does not', async () => {
    const { table, ledger } = setUp();
    await ledger.take(APP, takesAt(1000, 1), 'AE');
    await ledger.take(APP, takesAt(1000, 1000), 'SA');
    const seen = Object.keys(table.items.get(`app#${APP}`)!).filter((name) => name.startsWith('seen-'));
    expect(seen).toEqual(['seen-AE']);
  });

  test('says what is left, without asking again', async () => {
    const { ledger } = setUp();
    await ledger.take(APP, takesAt(1000, 1), 'AE');
    const result = await ledger.take(APP, takesAt(1000, 1), 'AE');
    const left = result.kind === 'taken' ? result.windows.map(({ window, left: units }) => [window.limit, units]) : [];
    expect(Object.fromEntries(left)).toEqual({ short: 1, long: 5, narrow: 2, wide: 4, slim: 2, broad: 4 });
  });

  test('an item leaves a day after its last window', async () => {
    const { table, ledger } = setUp();
    await ledger.take(APP, takesAt(1000, 1), 'AE');
    expect(table.items.get('prefix#990')).toMatchObject({ expiresAt: 990 + 30 + 86_400 });
  });

  test('a look shows what is left and changes nothing', async () => {
    const { table, ledger } = setUp();
    await ledger.take(APP, takesAt(1000, 2), 'AE');
    const before = structuredClone([...table.items]);
    const seen = await ledger.look(APP, takesAt(1015, 1));
    const left = seen.kind === 'seen' ? seen.windows.map(({ window, left: units }) => [window.limit, units]) : [];
    expect(Object.fromEntries(left)).toEqual({ short: 3, long: 5, narrow: 4, wide: 4, slim: 4, broad: 4 });
    expect([...table.items]).toEqual(before);
  });

  test.each([
    ['frozen', { frozen: true }],
    ['not-registered', undefined],
  ])('a look says that the app is %s', async (kind, change) => {
    const { table, ledger } = setUp();
    if (change === undefined) table.items.clear();
    else table.items.set(`app#${APP}`, { pk: `app#${APP}`, ...change });
    expect(await ledger.look(APP, takesAt(1000, 1))).toMatchObject({ kind });
  });
});
