import { type Counted, limitsOf, takesFor } from '../../../lambda/shared/limits.ts';
import { LIMITS } from '../support/room.ts';

const NOW = Date.parse('2026-02-28T12:34:56.789Z');
const at = (time: string) => Date.parse(time) / 1000;
const MESSAGE: Counted = {
  app: 'shop',
  international: false,
  category: 'transactional',
  segments: 2,
  cost: null,
  recipient: 'hash-of-number',
  prefix: 'hash-of-prefix',
};
const namesOf = (takes: readonly { readonly limit: string }[]) => takes.map(({ limit }) => limit);
const unitsOf = (takes: ReturnType<typeof takesFor>) =>
  Object.fromEntries(takes.map(({ limit, units }) => [limit, units]));

describe('limitsOf', () => {
  const windows = Object.fromEntries(
    limitsOf({ ...LIMITS, spendPerDay: 5, spendPerMonth: 6 }, NOW).map((each) => [each.limit, each]),
  );

  test.each([
    ['messages-per-second', '2026-02-28T12:34:56Z', 1],
    ['codes-per-recipient-per-minute', '2026-02-28T12:34:00Z', 60],
    ['codes-per-recipient-per-ten-minutes', '2026-02-28T12:30:00Z', 600],
    ['messages-per-prefix-per-hour', '2026-02-28T12:00:00Z', 3600],
    ['messages-per-day', '2026-02-28T00:00:00Z', 86_400],
    ['spend-per-month', '2026-02-01T00:00:00Z', 28 * 86_400],
  ])('%s begins at %s and lasts %d s', (limit, start, length) => {
    expect(windows[limit]).toMatchObject({ start: at(start), length });
  });

  test('a month that ends a year ends with it', () => {
    const month = limitsOf(LIMITS, Date.parse('2026-12-31T23:59:59Z')).find(
      ({ limit }) => limit === 'messages-per-month',
    );
    expect(month).toMatchObject({ start: at('2026-12-01T00:00:00Z'), length: 31 * 86_400 });
  });

  test('has no limit in money where none is configured', () => {
    expect(namesOf(limitsOf(LIMITS, NOW)).filter((name) => name.startsWith('spend'))).toEqual([]);
  });
});

describe('takesFor', () => {
  test('counts a message once, its segments, and its cost', () => {
    const cost = { micros: 70_000, currency: 'USD' };
    expect(unitsOf(takesFor({ ...LIMITS, spendPerDay: 1e9, spendPerMonth: 1e9 }, { ...MESSAGE, cost }, NOW))).toEqual({
      'messages-per-second': 1,
      'messages-per-day': 1,
      'messages-per-month': 1,
      'segments-per-day': 2,
      'spend-per-day': 70_000,
      'spend-per-month': 70_000,
      'messages-per-recipient-per-hour': 1,
      'messages-per-recipient-per-day': 1,
      'messages-per-prefix-per-hour': 1,
    });
  });

  test('a message abroad counts as one, a one-time code as one', () => {
    expect(namesOf(takesFor(LIMITS, { ...MESSAGE, international: true }, NOW))).toContain(
      'international-messages-per-day',
    );
    const codes = ['codes-per-recipient-per-minute', 'codes-per-recipient-per-ten-minutes'];
    expect(namesOf(takesFor(LIMITS, { ...MESSAGE, category: 'otp' }, NOW))).toEqual(expect.arrayContaining(codes));
    for (const limit of [...codes, 'international-messages-per-day']) {
      expect(namesOf(takesFor(LIMITS, MESSAGE, NOW))).not.toContain(limit);
    }
  });

  test('a channel without segments takes none', () => {
    expect(namesOf(takesFor(LIMITS, { ...MESSAGE, segments: null }, NOW))).not.toContain('segments-per-day');
  });

  test('a message without a price can never fit into a limit in money', () => {
    const takes = takesFor({ ...LIMITS, spendPerDay: 1e12 }, MESSAGE, NOW);
    expect(takes.find(({ limit }) => limit === 'spend-per-day')?.units).toBeGreaterThan(1e12);
  });

  test("holds the app's own windows in the app's item, and those of a recipient in the one that says who opted out", () => {
    const takes = takesFor(LIMITS, MESSAGE, NOW);
    expect(new Set(takes.map(({ item }) => item))).toEqual(
      new Set([
        undefined,
        `rate#shop#${at('2026-02-28T12:34:56Z')}`,
        'recipient#hash-of-number',
        `prefix#shop#hash-of-prefix#${at('2026-02-28T12:00:00Z')}`,
      ]),
    );
    const day = at('2026-02-28T00:00:00Z');
    expect(takes.map((take) => take.day)).toEqual(
      takes.map(({ item }) => (item?.startsWith('recipient#') ? day : undefined)),
    );
  });
});
