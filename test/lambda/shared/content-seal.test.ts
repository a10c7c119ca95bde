import { createContentSeal } from '../../../lambda/shared/content-seal.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';

const seal = createContentSeal(new SecretValue('pepper'));
const CONTENT = { to: '+971500000001', content: { kind: 'text', text: 'Your code is 123456 ✓' } } as const;

describe('ContentSeal', () => {
  test('opens what it closed', () => {
    expect(seal.open('msg_1', seal.seal('msg_1', CONTENT))).toEqual(CONTENT);
  });

  test('never closes the same content alike', () => {
    expect(seal.seal('msg_1', CONTENT)).not.toBe(seal.seal('msg_1', CONTENT));
  });

  test.each<[string, () => unknown]>([
    ['of another message', () => seal.open('msg_2', seal.seal('msg_1', CONTENT))],
    ['of another room', () => createContentSeal(new SecretValue('other')).open('msg_1', seal.seal('msg_1', CONTENT))],
    [
      'that was changed',
      () => {
        const bytes = Buffer.from(seal.seal('msg_1', CONTENT), 'base64');
        bytes[20]! ^= 1;
        return seal.open('msg_1', bytes.toString('base64'));
      },
    ],
    ['that is empty', () => seal.open('msg_1', '')],
  ])('fails when it should open content %s', (_what, open) => {
    expect(open).toThrow();
  });
});
