import * as fc from 'fast-check';
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import whole from 'libphonenumber-js/max/metadata';
import { phoneMetadata } from '../../../lib/constructs/phone-metadata.ts';

const reduced = phoneMetadata();
const codes = Object.values(whole.countries).map(([code]) => String(code));
const digits = fc.string({
  unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
  minLength: 4,
  maxLength: 12,
});

const factsOf = (text: string, home: CountryCode, metadata: typeof whole) => {
  const number = parsePhoneNumberFromString(text, home, metadata);
  return (
    number && [number.number, number.country, number.getType(), number.isPossible(), number.getPossibleCountries()]
  );
};

describe('phoneMetadata', () => {
  test('says of any number what the whole metadata say', () => {
    const international = fc.tuple(fc.constantFrom(...codes, '870', '881', '882', '883', '979', '808'), digits);
    const written = fc.oneof(
      international.map(([code, rest]) => `+${code}${rest}`),
      digits,
    );
    let known = 0;
    fc.assert(
      fc.property(written, (text) => {
        const expected = factsOf(text, 'AE', whole);
        if (expected?.[2] !== undefined) known++;
        expect(factsOf(text, 'AE', reduced)).toEqual(expected);
      }),
      { numRuns: 5000 },
    );
    expect(known).toBeGreaterThan(200);
  });

  test('is a third smaller', () => {
    expect(JSON.stringify(reduced).length).toBeLessThan(0.7 * JSON.stringify(whole).length);
  });
});
