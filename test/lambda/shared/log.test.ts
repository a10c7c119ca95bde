import { createLog, describeError, type LogFields } from '../../../lambda/shared/log.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { linesOf, outputOf } from '../support/output.ts';

const CANARY = 'canary-9f27c1';

describe('createLog', () => {
  test('writes one JSON line with the declared fields', async () => {
    const output = await outputOf(() =>
      createLog('send').info('attempt ended', { app: 'shop', status: 202, stack: ['f a.js:1:1'] }),
    );
    expect(linesOf(output)).toEqual([
      {
        timestamp: expect.any(String) as string,
        level: 'INFO',
        service: 'send',
        event: 'attempt ended',
        app: 'shop',
        status: 202,
        stack: ['f a.js:1:1'],
      },
    ]);
  });

  test.each([
    ['an undeclared field', { headers: { authorization: CANARY } }],
    ['an error', { error: new Error(CANARY, { cause: CANARY }) }],
    ['a raw error as field', Object.assign(new Error(CANARY), { config: { headers: CANARY } })],
    ['an object in a declared field', { reason: { nested: CANARY } }],
    ['a long text in a declared field', { reason: CANARY.repeat(20) }],
    ['an object in the stack', { stack: [{ frame: CANARY }] }],
    ['an opaque secret', { reason: new SecretValue(CANARY) }],
    ['a field of the logger itself', { message: CANARY, timestamp: CANARY, level: CANARY }],
  ])('drops %s', async (_what, fields) => {
    const output = await outputOf(() => createLog('send').error('it failed', fields as LogFields));
    expect(output).toContain('it failed');
    expect(output).not.toContain(CANARY);
  });
});

describe('describeError', () => {
  test('keeps the name, the code and the places, and nothing of the message', () => {
    const error = Object.assign(new TypeError(`${CANARY}\n    at ${CANARY} (file.js:1:1)`), { code: 'ECONNRESET' });
    const described = describeError(error);
    expect(described).toMatchObject({ errorName: 'TypeError', code: 'ECONNRESET' });
    expect(described.stack?.[0]).toMatch(/log\.test\.ts:\d+:\d+$/);
    expect(JSON.stringify(described)).not.toContain(CANARY);
  });

  test('keeps nothing of what is no error, and no name or code that is not one', () => {
    expect(describeError(CANARY)).toEqual({ errorName: 'NotAnError' });
    const error = Object.assign(new Error('m'), { name: `${CANARY} +971`, code: `${CANARY} +971` });
    expect(JSON.stringify(describeError(error))).not.toContain(CANARY);
  });
});
