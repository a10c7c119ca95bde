import fc from 'fast-check';

import { account, judgeReading, NO_BALANCE_YET } from '../../../lambda/reconcile/compare-balance.ts';
import type { BalanceState } from '../../../lambda/shared/reconcile-state.ts';

const MINUTE = 60_000;
const SCALE = { lagMs: 15 * MINUTE, unitMicros: 10_000, costUnitMicros: 100 };
const BASE: BalanceState = { ...NO_BALANCE_YET, base: { at: 0, micros: 100_000_000 } };

/** The reading after messages of ours for so much, and so much that is missing beyond. */
const judge = (state: BalanceState, { ours = 0, messages = 0, missing = 0, at = 5 * MINUTE, allowance = 0 }) => {
  const accounted = { until: at, micros: ours, messages, allowance, unpricedAt: null };
  return judgeReading(account(state, accounted), { at, micros: 100_000_000 - ours - missing }, SCALE);
};

describe('judgeReading', () => {
  test('what our own messages cost is no surplus; what a stranger’s cost is one, and is told once', () => {
    expect(judge(BASE, { ours: 350_000, messages: 10 }).surplus).toBe(0);
    const found = judge(BASE, { ours: 350_000, messages: 10, missing: 35_000 });
    expect(found.surplus).toBe(35_000);
    const again = judgeReading(found.state, { at: 10 * MINUTE, micros: 99_615_000 }, SCALE);
    expect(again.surplus).toBe(0);
    expect(judgeReading(again.state, { at: 15 * MINUTE, micros: 99_580_000 }, SCALE).surplus).toBe(35_000);
  });

  test('roundings are none: a step of the balance, and half a step of every cost', () => {
    expect(judge(BASE, { missing: 10_000 }).surplus).toBe(0);
    expect(judge(BASE, { missing: 10_001 }).surplus).toBe(10_001);
    expect(judge(BASE, { messages: 200, missing: 20_000 }).surplus).toBe(0);
    expect(judge(BASE, { messages: 200, missing: 20_001 }).surplus).toBe(20_001);
  });

  test('an outcome nobody knows is allowed for', () => {
    expect(judge(BASE, { allowance: 40_000, missing: 40_000 }).surplus).toBe(0);
  });

  test('who pays in accuses nobody, now or later, and hides nobody afterwards', () => {
    const paid = judge(BASE, { ours: 35_000, messages: 1, missing: -50_000_000 });
    expect(paid).toMatchObject({ surplus: 0, result: 'topped-up' });
    // The message before the payment is charged only now.
    const charged = judgeReading(paid.state, { at: 10 * MINUTE, micros: 149_930_000 }, SCALE);
    expect(charged.surplus).toBe(0);
    expect(judgeReading(charged.state, { at: 15 * MINUTE, micros: 149_880_000 }, SCALE).surplus).toBeGreaterThan(0);
  });

  test('what is charged late is less at first, and no payment', () => {
    const late = judge(BASE, { ours: 350_000, messages: 10, missing: -350_000 });
    expect(late).toMatchObject({ surplus: 0, result: 'compared' });
  });

  test('a new base is taken in a pause, and not while something is on its way', () => {
    const busy = judge(BASE, { at: 61 * MINUTE, ours: 35_000, messages: 1, missing: 9_000 });
    expect(busy.state.base).toEqual(BASE.base);
    const quiet = judgeReading(busy.state, { at: 77 * MINUTE, micros: 99_956_000 }, SCALE);
    expect(quiet.state).toMatchObject({ base: { at: 77 * MINUTE }, ours: 0, messages: 0, allowance: 0, told: 0 });
  });

  test('a message whose cost nobody knows makes the interval useless until the lag has passed', () => {
    const blind = { ...BASE, unpricedAt: 6 * MINUTE };
    const first = judge(blind, { at: 10 * MINUTE, missing: 500_000 });
    expect(first).toMatchObject({ surplus: 0, result: 'new-base', state: { base: { at: 10 * MINUTE } } });
    const second = judgeReading(first.state, { at: 22 * MINUTE, micros: 99_000_000 }, SCALE);
    expect(second).toMatchObject({ surplus: 0, result: 'new-base' });
    expect(judgeReading(second.state, { at: 27 * MINUTE, micros: 98_000_000 }, SCALE).surplus).toBe(1_000_000);
  });

  test('however messages are charged within the lag, nobody is accused; and once all are, a thief is found', () => {
    const steps = fc.array(
      fc.record({ messages: fc.integer({ min: 0, max: 6 }), late: fc.integer({ min: 0, max: 3 }) }),
      { minLength: 5, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 34_000, max: 90_000 }), (minutes, theft) => {
        const rounded = (micros: number) => Math.round(micros / 10_000) * 10_000;
        const charges: { readonly due: number; readonly micros: number }[] = [];
        let state: BalanceState = { ...NO_BALANCE_YET, base: { at: 0, micros: 100_000_000 } };
        let paid = 0;
        const look = (i: number, messages: number, late: number): number => {
          for (let n = 0; n < messages; n++) charges.push({ due: i + Math.min(late, 2), micros: 34_567 });
          const charged = charges.filter(({ due }) => due <= i).reduce((sum, { micros }) => sum + micros, paid);
          const at = i * 5 * MINUTE;
          state = account(state, { until: at, micros: messages * 34_600, messages, allowance: 0, unpricedAt: null });
          const judged = judgeReading(state, { at, micros: rounded(100_000_000 - charged) }, SCALE);
          state = judged.state;
          return judged.surplus;
        };
        minutes.forEach(({ messages, late }, i) => expect(look(i + 1, messages, late)).toBe(0));
        paid = theft + (state.messages * 50 + 11_000);
        const after = [1, 2, 3, 4].map((i) => look(minutes.length + i, 0, 0));
        expect(Math.max(...after)).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});
