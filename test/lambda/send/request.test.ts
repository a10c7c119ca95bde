import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { parse } from 'yaml';

import type { components } from '../../../lambda/api/types.ts';
import { readRequest, type SendRequest } from '../../../lambda/send/request.ts';
import { SMS } from '../support/room.ts';

const api = parse(readFileSync(join(__dirname, '../../../lambda/api/openapi.yaml'), 'utf8')) as object;
const ajv = new Ajv2020({ strict: false });
ajv.addSchema(api, 'api');
const described = ajv.getSchema('api#/components/schemas/SendRequest')!;
/** The one rule that the description gives in words. */
const exactlyOneContent = (body: unknown): boolean => {
  const { text, template } = body as { text?: unknown; template?: unknown };
  return (text === undefined) !== (template === undefined);
};

const sometimes = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: good, weight: 40 }, { arbitrary: fc.jsonValue(), weight: 1 });
/** Ours refuses, even where the description allows any name, what every JavaScript object inherits. */
const names = fc.string().filter((name) => !(name in Object.prototype));
const extra = fc.oneof({ arbitrary: fc.constant({}), weight: 20 }, { arbitrary: fc.constant({ extra: 1 }), weight: 1 });
const withExtra = (arbitrary: fc.Arbitrary<object>) =>
  fc.tuple(arbitrary, extra).map(([fields, more]) => ({ ...fields, ...more }));
const template = withExtra(
  fc.record(
    {
      name: sometimes(fc.string()),
      language: sometimes(fc.constantFrom('en', 'ar')),
      params: sometimes(fc.dictionary(names, sometimes(fc.string({ maxLength: 1030, size: 'max' })), { maxKeys: 3 })),
    },
    { requiredKeys: ['name', 'language'] },
  ),
);
const content = fc.oneof(
  { arbitrary: fc.record({ text: sometimes(fc.string({ minLength: 1 })) }), weight: 8 },
  { arbitrary: fc.record({ template: sometimes(template) }), weight: 8 },
  { arbitrary: fc.record({ text: sometimes(fc.string()), template: sometimes(template) }), weight: 1 },
  { arbitrary: fc.constant({}), weight: 1 },
);
const fields = fc.record(
  {
    channel: sometimes(fc.constantFrom('sms', 'whatsapp', 'viber')),
    to: sometimes(fc.constant('+971500000001')),
    from: sometimes(fc.string()),
    category: sometimes(fc.constantFrom('otp', 'transactional', 'marketing')),
    validForSeconds: sometimes(
      fc.oneof(fc.integer({ min: 9, max: 172_801 }), fc.constantFrom(10.5, 9, 10, 172_800, 172_801)),
    ),
    dryRun: sometimes(fc.boolean()),
    reference: sometimes(fc.string({ unit: 'binary', maxLength: 102, size: 'max' })),
  },
  { requiredKeys: ['channel', 'to'] },
);
const body = withExtra(fc.tuple(fields, content).map(([rest, what]) => ({ ...rest, ...what })));

/** Compiles only while what the validator lets through is what the description calls a request. */
const agree = (request: SendRequest): components['schemas']['SendRequest'] => request;

describe('readRequest', () => {
  test('lets through what the API description allows, and nothing else', () => {
    let valid = 0;
    fc.assert(
      fc.property(fc.oneof({ arbitrary: body, weight: 20 }, { arbitrary: fc.jsonValue(), weight: 1 }), (candidate) => {
        const expected = described(candidate) && exactlyOneContent(candidate);
        if (expected) valid++;
        expect(readRequest(candidate).ok).toBe(expected);
      }),
      { numRuns: 3000 },
    );
    expect(valid).toBeGreaterThan(600);
  });

  test.each(['toString', 'constructor', '__proto__'])('refuses the field %s, which every object inherits', (name) => {
    expect(readRequest(JSON.parse(`{"${name}":1,${JSON.stringify(SMS).slice(1)}`)).ok).toBe(false);
  });

  test('refuses a list where an object is due', () => {
    expect(readRequest([]).ok).toBe(false);
    expect(readRequest({ ...SMS, text: undefined, template: { name: 'otp', language: 'en', params: [] } }).ok).toBe(
      false,
    );
  });

  test('fills in the defaults of the description', () => {
    const result = readRequest(SMS);
    expect(result.ok && agree(result.request)).toEqual({
      ...SMS,
      category: 'transactional',
      validForSeconds: 3600,
      dryRun: false,
    });
  });

  test('names every field that is wrong, the first one as the field', () => {
    const result = readRequest({ channel: 'fax', from: 7, text: '', validForSeconds: 5, colour: 'red' });
    expect(!result.ok && result.problem.document).toMatchObject({
      field: 'channel',
      allowed: 'one of sms, whatsapp, viber',
      detail: expect.stringMatching(
        /channel: .*; to: required; from: .*; text: .*; validForSeconds: .*; colour: no such field/,
      ) as string,
    });
  });

  test('repeats neither a value nor a field name that could be one', () => {
    const result = readRequest({ ...SMS, channel: 'SECRET-VALUE', '+971500000002': 1, template: 'SECRET-VALUE' });
    const text = JSON.stringify(result);
    expect(text).not.toContain('SECRET-VALUE');
    expect(text).not.toContain('971500000002');
    expect(text).toContain('(unprintable)');
  });

  test.each([
    ['neither', { text: undefined }],
    ['both', { template: { name: 'otp', language: 'en' } }],
  ])('refuses %s of text and template', (_which, change) => {
    const result = readRequest({ ...SMS, ...change });
    expect(!result.ok && result.problem.document).toMatchObject({
      field: 'text',
      allowed: 'exactly one of text and template',
    });
  });
});
