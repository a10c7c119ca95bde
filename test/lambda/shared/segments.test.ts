import { segmentsOf } from '../../../lambda/shared/segments.ts';

describe('segmentsOf', () => {
  test.each([
    ['GSM-7 that fits into one', 'x'.repeat(160), 1],
    ['GSM-7 that does not', 'x'.repeat(161), 2],
    ['two full ones of GSM-7', 'x'.repeat(306), 2],
    ['UCS-2 that fits into one', 'ش'.repeat(70), 1],
    ['UCS-2 that does not', 'ش'.repeat(71), 2],
    ['a character with more marks than a segment holds', `e${'\u0301'.repeat(200)}`, 3],
  ])('counts %s', (_what, text, segments) => {
    expect(segmentsOf(text, 3)).toBe(segments);
  });

  test.each([
    ['one character too many for the encoding with most room', 'x'.repeat(3 * 153 + 1)],
    ['one too many of UCS-2', 'ش'.repeat(3 * 67 + 1)],
    ['characters that take two septets', '€'.repeat(153 * 2)],
    ['marks on one character', `e${'\u0301'.repeat(3 * 67)}`],
  ])('gives up on %s', (_what, text) => {
    expect(segmentsOf(text, 3)).toBeUndefined();
  });

  test('does not look at the largest text a body can hold', () => {
    const began = performance.now();
    expect(segmentsOf('x'.repeat(32 * 1024), 3)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(500);
  });
});
