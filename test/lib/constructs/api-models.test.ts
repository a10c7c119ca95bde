import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parse } from 'yaml';
import { LIST_PARAMETERS } from '../../../lambda/list-messages/contract.ts';

interface Api {
  readonly paths: Readonly<
    Record<string, { readonly get: { readonly parameters: readonly { readonly name: string }[] } }>
  >;
}

const api = parse(readFileSync('lambda/api/openapi.yaml', 'utf8')) as Api & object;
const models = JSON.parse(readFileSync('lib/constructs/api-models.json', 'utf8')) as Readonly<Record<string, object>>;

const described = new Ajv2020.default({ strict: false });
addFormats.default(described);
described.addSchema(api, 'api');
const compiled = new Ajv.default({ strict: false });
addFormats.default(compiled);

/** A document that both have to judge alike: most have a field wrong, missing or too many. */
const SAMPLES: Readonly<Record<string, object>> = {
  SendRequest: {
    channel: 'whatsapp',
    to: '+971500000001',
    from: 'Acme',
    template: { name: 'otp', language: 'en', params: { code: '1' } },
    category: 'otp',
    validForSeconds: 60,
    reference: 'r',
    dryRun: true,
  },
  Message: {
    id: 'msg_1',
    status: 'accepted',
    final: false,
    safeToResend: false,
    settlesBy: null,
    channel: 'sms',
    to: 'AE…01',
    from: 'Acme',
    reference: null,
    segments: 1,
    cost: { amount: '0.0350', currency: 'USD', basis: 'estimate' },
    validUntil: '2026-11-24T12:00:00Z',
    createdAt: '2026-11-24T12:00:00Z',
    updatedAt: '2026-11-24T12:00:00Z',
    provider: { name: 'd7', messageId: null },
    reason: null,
  },
};

const VALUES = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'x', 'sms', '2026-11-24T12:00:00Z', 0, 10, 1.5, 172_801, true, {}, [], {
    name: 'otp',
  }),
  fc.jsonValue(),
);

describe('the models of the gateway', () => {
  test.each(Object.entries(SAMPLES))('%s allows what the API description allows, and nothing else', (name, sample) => {
    const byDescription = described.getSchema(`api#/components/schemas/${name}`)!;
    const model = { ...models[name], $schema: undefined };
    const byModel = compiled.compile(model);
    expect([byDescription(sample), byModel(sample)]).toEqual([true, true]);
    const field = fc.constantFrom(...Object.keys(sample), 'extra', 'text');
    fc.assert(
      fc.property(field, fc.option(VALUES, { nil: undefined }), field, VALUES, (one, value, other, second) => {
        const document = JSON.parse(JSON.stringify({ ...sample, [other]: second, [one]: value })) as unknown;
        expect(byModel(document)).toBe(byDescription(document));
      }),
      { numRuns: 500 },
    );
  });

  test('are complete by themselves and of the draft that the gateway reads', () => {
    for (const model of Object.values(models)) {
      expect(model).toHaveProperty('$schema', 'http://json-schema.org/draft-04/schema#');
      expect(JSON.stringify(model)).not.toMatch(/"(\$ref|const|examples|unevaluatedProperties|discriminator)":/);
    }
  });

  test('come with the parameters of a list that the description has', () => {
    const { parameters } = api.paths['/v1/messages']!.get;
    expect(parameters.map(({ name }) => name)).toEqual(LIST_PARAMETERS);
  });
});
