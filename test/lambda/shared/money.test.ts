import { costOf, toMoney } from '../../../lambda/shared/money.ts';

const PRICES = { currency: 'USD', micros: { AE: { sms: 35_000, whatsapp: 20_000 } } };

describe('costOf', () => {
  test('multiplies the ceiling by the segments', () => {
    expect(costOf(PRICES, 'AE', 'sms', 3)).toEqual({ micros: 105_000, currency: 'USD' });
  });

  test('counts a message without segments once', () => {
    expect(costOf(PRICES, 'AE', 'whatsapp', null)).toEqual({ micros: 20_000, currency: 'USD' });
  });

  test.each([
    ['the room has no prices', null, 'AE', 'sms'],
    ['the country has none', PRICES, 'DE', 'sms'],
  ] as const)('knows nothing where %s', (_what, prices, country, channel) => {
    expect(costOf(prices, country, channel, 1)).toBeNull();
  });
});

describe('toMoney', () => {
  test.each([
    [35_000, '0.0350'],
    [1, '0.000001'],
    [12_345_678, '12.345678'],
    [2_000_000, '2.0000'],
    [0, '0.0000'],
  ])('writes %d millionths as %s', (micros, amount) => {
    expect(toMoney({ micros, currency: 'USD' })).toEqual({ amount, currency: 'USD', basis: 'estimate' });
  });
});
