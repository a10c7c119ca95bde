import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';

import { segmentsOf, tooManySegments } from '../../../lambda/shared/segments.ts';

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
    ['the largest text a body can hold', 'é'.repeat(32 * 1024)],
  ])('gives up on %s', (_what, text) => {
    expect(segmentsOf(text, 3)).toBeUndefined();
  });

  test.each([
    ['a plain text', 'x'.repeat(154 * 3), '4'],
    ['a plain text as long as a body can be', 'x'.repeat(32 * 1024), '215'],
    ['a text of UCS-2', 'ش'.repeat(67 * 4 + 1), '5'],
    ['a text too long to be looked at', 'é'.repeat(32 * 1024), 'at least 215'],
  ])('says how many %s takes', (_what, text, said) => {
    expect(segmentsOf(text, 3)).toBeUndefined();
    expect(tooManySegments(text, 3)).toBe(said);
  });

  test('counts texts it need not analyse as the calculator does', () => {
    const plain = fc.stringMatching(/^[\n !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z]{0,500}$/);
    fc.assert(
      fc.property(plain, (any) => {
        expect(segmentsOf(any, 10)).toBe(Math.max(1, new SegmentedMessage(any).segmentsCount));
      }),
    );
  });

  test.each(['[', '\\', ']', '^', '{', '|', '}', '~', '€'])('counts %s as two septets', (character) => {
    expect(segmentsOf('x'.repeat(158) + character, 3)).toBe(1);
    expect(segmentsOf('x'.repeat(159) + character, 3)).toBe(2);
  });

  test.each(['`', '\t', 'ç', '’'])('counts %j as UCS-2', (character) => {
    expect(segmentsOf('x'.repeat(70) + character, 3)).toBe(2);
  });
});
