import { INFOBIP } from '../../lambda/providers/infobip/capabilities.ts';
import { parseCandidate } from '../../operator/candidate.ts';
import { UsageError } from '../../operator/errors.ts';

const parse = (input: string) => parseCandidate(input, INFOBIP.managingFields);
const WANTED = JSON.stringify({ username: 'keyroom', password: 's3cret-canary' });

describe('parseCandidate', () => {
  test.each([
    ['a JSON object', '{"username":"keyroom","password":"s3cret-canary"}\n'],
    ['one value a line', 'keyroom\ns3cret-canary\n'],
    ['lines with carriage returns', 'keyroom\r\ns3cret-canary\r\n'],
  ])('takes %s', (_, input) => {
    expect(JSON.parse(parse(input))).toEqual(JSON.parse(WANTED));
  });

  test.each([
    ['nothing is given', '  \n', 'is empty: expected username, password'],
    [
      'the JSON is broken',
      '{"username":"keyroom","password":"s3cret-canary"',
      'expected an object with username, password',
    ],
    ['a field is missing', '{"username":"keyroom"}', 'missing or empty: password'],
    ['a field is not a string', '{"username":"keyroom","password":7}', 'missing or empty: password'],
    [
      'a field is unknown',
      '{"username":"keyroom","password":"s3cret-canary","s3cret-canary":"x"}',
      '1 unknown field: allowed are username, password',
    ],
    ['a line is missing', 's3cret-canary', 'must have 2 lines'],
  ])('fails when %s, and never shows a value', (_, input, sentence) => {
    expect(() => parse(input)).toThrow(UsageError);
    expect(() => parse(input)).toThrow(sentence);
    expect(() => parse(input)).not.toThrow(/s3cret-canary/);
  });
});
