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
const historyOf = (longestGap: number) =>
  fc.array(fc.integer({ min: 1, max: longestGap }), { minLength: 1, maxLength: 30 }).map((gaps) => {
    let minute = 0;
    return gaps.map((gap, i): Seen => [(minute += gap), i % 2 === 0 ? 'ALARM' : 'OK']);
  });
const history = historyOf(50);
/** With alarms that go on and off for hours. */
const restless = historyOf(15);

/** The same with one change that comes later than it was made. */
const late = (changes: readonly Seen[], [index, later]: readonly [number, number] = [0, 0]): readonly Seen[] => {
  const moved = changes[index];
  if (moved === undefined) return changes;
  const others = changes.filter((_, i) => i !== index);
  return [...others.slice(0, index + later), moved, ...others.slice(index + later)];
};

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
        [3, 'OK'],
      ]),
    ).toEqual(['new', 'new', 'new', 'new']);
  });

  test('does not tell again of an end before the alarm went off anew', () => {
    expect(
      tellings([
        [0, 'ALARM'],
        [3, 'OK'],
        [5, 'ALARM'],
        [3, 'OK'],
        [5, 'ALARM'],
      ]),
    ).toEqual(['new', 'new', 'new', null, 'new']);
  });

  test('says of an alarm that comes again after its end that it is over', () => {
    expect(
      tellings([
        [0, 'ALARM'],
        [3, 'OK'],
        [0, 'ALARM'],
        [3, 'OK'],
      ]),
    ).toEqual(['new', 'new', 'over', 'new']);
  });

  test('says nothing more of one that was over before anybody was told, when the alarm is on anew', () => {
    expect(
      tellings([
        [3, 'OK'],
        [0, 'ALARM'],
        [0, 'ALARM'],
        [5, 'ALARM'],
        [0, 'ALARM'],
      ]),
    ).toEqual([null, 'over', 'over', 'new', null]);
  });

  test('goes on saying that an alarm flaps to somebody who was not told, while it is believed to be on', () => {
    const changes: Seen[] = [0, 2, 4, 6, 8, 10].map((minute, i) => [minute, i % 2 === 0 ? 'ALARM' : 'OK']);
    expect(tellings([...changes, [8, 'ALARM'], [6, 'OK']]).slice(-2)).toEqual(['flapping', null]);
  });

  test('never contradicts what is believed when a telling that failed is tried again', () => {
    fc.assert(
      fc.property(
        fc.oneof(history, restless),
        fc.array(fc.tuple(fc.nat(29), fc.nat(5)), { maxLength: 20 }),
        (changes, failures) => {
          // A change of which the first delivery is late comes after those that follow it.
          const replayed = late(changes, failures[0]).flatMap((change, step) => [
            change,
            ...failures
              .filter(([index, later]) => index < changes.length && index + later === step)
              .map(([index]) => changes[index]!),
          ]);
          let memory: AlarmMemory | undefined;
          for (const [minute, state] of replayed) {
            const decision = decide(memory, change({ at: AT + minute * MINUTE, state }));
            memory = decision.memory;
            const { newest, told } = memory;
            // Who hears of an end may believe it, and who hears of an alarm finds one that others believe in, too.
            if (state === 'OK' && decision.as !== null) expect([newest.state, told]).toEqual(['OK', 'OK']);
            if (decision.as === 'new' || decision.as === 'flapping') expect(told).toBe(state);
            if (decision.as === 'over') expect([newest.state, told]).toEqual(['OK', 'OK']);
            if (newest.state === 'ALARM') expect(told).toBe('ALARM');
          }
        },
      ),
      { seed: 4, numRuns: 1000 },
    );
  });

  test('remembers the same whether or not tellings failed', () => {
    fc.assert(
      fc.property(history, fc.nat(29), (changes, index) => {
        const after = (all: readonly Seen[]) =>
          all.reduce<AlarmMemory | undefined>(
            (memory, [minute, state]) => decide(memory, change({ at: AT + minute * MINUTE, state })).memory,
            undefined,
          );
        expect(after([...changes, changes[index % changes.length]!])).toEqual(after(changes));
      }),
      { seed: 5, numRuns: 200 },
    );
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

  test('tells of one that goes on and off once an hour, for as long as it does', () => {
    const minutes = Array.from({ length: 20 }, (_, i) => i * 10);
    const told = tellings(minutes.map((minute, i) => [minute, i % 2 === 0 ? 'ALARM' : 'OK']));
    expect(minutes.filter((_, i) => told[i] === 'flapping')).toEqual([40, 100, 160]);
    expect(told.slice(5).filter((as) => as !== null)).toEqual(['flapping', 'flapping']);
  });

  test('never lets an alarm go off an hour after people heard of it last, and says nothing', () => {
    fc.assert(
      fc.property(restless, (changes) => {
        let heard = -Infinity;
        tellings(changes).forEach((as, i) => {
          const [minute, state] = changes[i]!;
          if (state !== 'ALARM') return;
          if (as !== null) heard = minute;
          expect(minute - heard).toBeLessThan(60);
        });
      }),
      { seed: 6, numRuns: 500 },
    );
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
      fc.property(fc.oneof(history, restless), (changes) => {
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
      fc.property(fc.oneof(history, restless), (changes) => {
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
