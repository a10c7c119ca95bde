import { momentOf } from '../../operator/until.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');

describe('momentOf', () => {
  test.each([
    ['90m', '2026-11-24T13:30:00.000Z'],
    ['2h', '2026-11-24T14:00:00.000Z'],
    ['3d', '2026-11-27T12:00:00.000Z'],
    ['2026-11-24T18:00Z', '2026-11-24T18:00:00.000Z'],
    ['2026-11-24T18:00:30+04:00', '2026-11-24T14:00:30.000Z'],
  ])('takes %s', (text, moment) => {
    expect(momentOf(text, NOW)).toBe(moment);
  });

  test.each(['18:00', '2026-11-24T18:00', '2026-11-24', '2 h', '2026-13-24T18:00Z', 'tomorrow', ''])(
    'fails when it is "%s", as that is no moment everywhere',
    (text) => {
      expect(() => momentOf(text, NOW)).toThrow('a moment must be like 90m, 2h, 3d or 2026-11-24T18:00+04:00');
    },
  );
});
