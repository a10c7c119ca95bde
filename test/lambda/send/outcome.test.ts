import { publicReason, settlementOf } from '../../../lambda/send/outcome.ts';

const TEXT = { kind: 'text', text: 'Your code is 123456' } as const;

describe('publicReason', () => {
  test('keeps the code and the words of a provider that quotes nothing', () => {
    expect(publicReason('E7', 'no route to this network', TEXT)).toBe('E7: no route to this network');
    expect(publicReason('http-400', 'http-400', TEXT)).toBe('http-400');
    expect(publicReason('E7', '', TEXT)).toBe('E7');
  });

  test.each([
    ['the number', 'invalid recipient +971500000001'],
    ['the number with spaces', 'invalid recipient 971 50 000 0001'],
    ['the text', 'rejected: "Your code is 123456" looks like spam'],
    ['a piece of the text', 'contains ur code is'],
  ])('keeps only the code of one that quotes %s', (_what, reason) => {
    expect(publicReason('E7', reason, TEXT)).toBe('E7');
  });

  test('knows the values of a template, short ones too', () => {
    const content = { kind: 'template', template: 'otp', language: 'en', params: ['4711', 'Ann'] } as const;
    expect(publicReason('E7', 'bad parameter 4711', content)).toBe('E7');
    expect(publicReason('E7', 'bad parameter Ann', content)).toBe('E7');
    expect(publicReason('E7', 'bad parameter', content)).toBe('E7: bad parameter');
  });

  test('lets no code through that is none', () => {
    expect(publicReason('<b>E 7</b>', '', TEXT)).toBe('bE7b');
  });
});

describe('settlementOf', () => {
  test('an unknown is settled within a day, everything else says nothing of it', () => {
    const key = { value: null, versionId: 'v1' };
    expect(settlementOf({ kind: 'unknown', reason: 'timeout' }, key, TEXT, 1000)).toMatchObject({
      state: 'unknown',
      settlesBy: 86_401_000,
      versionId: 'v1',
    });
    expect(settlementOf({ kind: 'accepted', providerMessageId: 'p' }, key, TEXT, 1000).settlesBy).toBeNull();
  });
});
