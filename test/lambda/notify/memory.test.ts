import fc from 'fast-check';
import { type AlarmMemory, decide, type Telling } from '../../../lambda/notify/use-cases/memory.ts';
import { AT, change } from './support/ports.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
type Seen = readonly [minute: number, state: 'ALARM' | 'OK'];

const tellings = (changes: readonly Seen[]): (Telling | null)[] => {
  let memory: AlarmMemory | undefined;
  return changes.map(([minute, state]) => {
    const decision = decide(memory, change({ at: AT + minute * MINUTE, state }));
    memory = decision.memory;
    return decision.as;
  });
};

/** Changes as CloudWatch makes them: by turns, at most one a minute. */
const history = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 }).map((gaps) => {
  let minute = 0;
  return gaps.map((gap, i): Seen => [(minute += gap), i % 2 === 0 ? 'ALARM' : 'OK']);
});

describe('decide', () => {
  test('tells that an alarm went off, and that it ended', () => {
    expect(
      tellings([
        [0, 'ALARM'],
        [3, 'OK'],
      ]),
    ).toEqual(['new', 'new']);
  });

  test('decides a change that comes twice as the first time', () => {
    expect(
      tellings([
        [0, 'ALARM'],
        [0, 'ALARM'],
        [3, 'OK'],
        [0, 'ALARM'],
      ]),
    ).toEqual(['new', 'new', 'new', 'new']);
  });

  test('tells an alarm that goes on and off a third time once more, and then no more until it is quiet', () => {
    const minutes = [0, 2, 4, 6, 8, 10, 12, 14];
    expect(tellings(minutes.map((minute, i) => [minute, i % 2 === 0 ? 'ALARM' : 'OK']))).toEqual([
      ...['new', 'new', 'new', 'new', 'flapping'],
      ...[null, null, null],
    ]);
    const quiet: Seen[] = [
      [0, 'ALARM'],
      [2, 'OK'],
      [4, 'ALARM'],
      [6, 'OK'],
      [8, 'ALARM'],
      [10, 'OK'],
      [200, 'ALARM'],
    ];
    expect(tellings(quiet).at(-1)).toBe('new');
  });

  test('tells of an alarm that came after its own end, and says that it is over', () => {
    expect(
      tellings([
        [3, 'OK'],
        [0, 'ALARM'],
      ]),
    ).toEqual([null, 'over']);
  });

  test('never lets people believe that an alarm which is on has ended', () => {
    fc.assert(
      fc.property(history, (changes) => {
        let believed: AlarmMemory['told'] = 'OK';
        tellings(changes).forEach((as, i) => {
          const [, state] = changes[i]!;
          if (as === 'new' || as === 'flapping') believed = state;
          if (state === 'ALARM') expect(believed).toBe('ALARM');
        });
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('tells that an alarm went off at most three times in any hour', () => {
    fc.assert(
      fc.property(history, (changes) => {
        const told = tellings(changes).flatMap((as, i) =>
          as !== null && changes[i]![1] === 'ALARM' ? [changes[i]![0] * MINUTE] : [],
        );
        for (const from of told) expect(told.filter((at) => at >= from && at < from + HOUR).length).toBeLessThan(4);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('never leaves an alarm untold that went off less than three times in the hour', () => {
    fc.assert(
      fc.property(history, (changes) => {
        const off = changes.filter(([, state]) => state === 'ALARM').map(([minute]) => minute);
        tellings(changes).forEach((as, i) => {
          const [minute, state] = changes[i]!;
          const lately = off.filter((each) => each > minute - 60 && each <= minute).length;
          if (state === 'ALARM' && lately < 3) expect(as).toBe('new');
        });
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
