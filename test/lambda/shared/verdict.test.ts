import fc from 'fast-check';

import { type Evidence, verdictOf } from '../../../lambda/shared/verdict.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-24T12:00:00Z');
const EVIDENCE: Evidence = {
  now: NOW,
  since: NOW - 10 * MINUTE,
  comparedUntil: NOW - 2 * MINUTE,
  provider: 500,
  ours: 500,
  lagMs: 2 * MINUTE,
  othersAreExpected: false,
};

describe('verdictOf', () => {
  test.each([
    ['pumped', 'the provider has what we sent', {}],
    ['leaked', 'the provider has more', { provider: 501 }],
    ['leaked', 'it had more, however long ago that was compared', { provider: 501, comparedUntil: NOW - 60 * MINUTE }],
    ['never-compared', 'nobody has looked yet', { comparedUntil: null }],
    ['within-lag', 'it began after what is compared', { since: NOW - MINUTE }],
    ['stale', 'looks have stopped', { comparedUntil: NOW - 18 * MINUTE }],
    ['use-elsewhere-is-known', 'others are expected to send', { provider: 501, othersAreExpected: true }],
  ] as const)('%s: %s', (expected, _, more) => {
    const found = verdictOf({ ...EVIDENCE, ...more });
    expect('because' in found ? found.because : found.verdict).toBe(expected);
  });

  const moment = fc.integer({ min: NOW - 120 * MINUTE, max: NOW });
  const evidence: fc.Arbitrary<Evidence> = fc.record({
    now: fc.constant(NOW),
    since: moment,
    comparedUntil: fc.option(moment),
    provider: fc.nat(1000),
    ours: fc.nat(1000),
    lagMs: fc.constantFrom(2 * MINUTE, 15 * MINUTE),
    othersAreExpected: fc.boolean(),
  });

  test('nobody is told to revoke a key without a surplus, or to freeze an app while there is one', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const { verdict } = verdictOf(given);
        if (verdict === 'leaked') expect(given.provider).toBeGreaterThan(given.ours);
        if (verdict === 'pumped') expect(given.provider).toBeLessThanOrEqual(given.ours);
      }),
    );
  });

  test('a verdict without a surplus is about a time that was compared, and compared lately', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        if (verdictOf(given).verdict !== 'pumped') return;
        expect(given.comparedUntil).toBeGreaterThan(given.since);
        expect(NOW - given.comparedUntil!).toBeLessThanOrEqual(given.lagMs + 15 * MINUTE);
      }),
    );
  });

  test('more at the provider never makes a leak look less like one', () => {
    fc.assert(
      fc.property(evidence, fc.nat(100), (given, more) => {
        if (verdictOf(given).verdict !== 'leaked') return;
        expect(verdictOf({ ...given, provider: given.provider + more }).verdict).toBe('leaked');
      }),
    );
  });
});
