import { hintFor, prefixOf, readPhoneNumber } from '../../../lambda/shared/phone.ts';

describe('readPhoneNumber', () => {
  test.each([
    ['+448712345678', 'GB', 'premium-rate'],
    ['+19005550123', 'US', 'premium-rate'],
    ['+491801234567', 'DE', 'shared-cost'],
    ['+447012345678', 'GB', 'personal-number'],
    ['+870773111632', null, 'satellite'],
    ['+881612345678', null, 'satellite'],
    ['+882312345678', null, 'satellite'],
    ['+883510012345', null, 'satellite'],
    // Unassigned, toll-free and ordinary numbers may be messaged.
    ['+447700900123', 'GB', null],
    ['+18005550123', 'US', null],
    ['+971500000001', 'AE', null],
    ['+97142345678', 'AE', null],
  ])('%s belongs to %s and is of type %s', (e164, country, type) => {
    expect(readPhoneNumber(e164)).toEqual({ e164, country, type });
  });
});

describe('hintFor', () => {
  test.each([
    ['0501234567', 'this is the national form; a number of AE begins with +971 in place of the leading 0'],
    ['50 123 4567', 'this is the national form; a number of AE begins with +971'],
    ['00971501234567', 'write a plus sign in place of the leading 00'],
    ['971501234567', 'write a plus sign in front'],
    ['+971 50 123 4567', 'write digits only, without blanks and punctuation'],
    ['+97150', undefined],
    ['12', undefined],
    ['me', undefined],
  ])('says of %p: %s', (text, hint) => {
    expect(hintFor(text, 'AE')).toBe(hint);
  });

  test('takes the national form of the country it is asked for', () => {
    expect(hintFor('030 901820', 'DE')).toBe(
      'this is the national form; a number of DE begins with +49 in place of the leading 0',
    );
  });
});

describe('prefixOf', () => {
  test.each([
    ['+971500000001', '97150000'],
    ['+12025550123', '1202555'],
    ['+6581234567', '658123'],
    ['+29012345', '290123'],
  ])('takes the first digits of %s that a range has: %s', (e164, prefix) => {
    expect(prefixOf(e164)).toBe(prefix);
  });
});
