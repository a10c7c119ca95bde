import fc from 'fast-check';

import { createHandler as createSend } from '../../../lambda/send/handler.ts';
import { readListRequest } from '../../../lambda/list-messages/list-request.ts';
import { API, expectDescribed } from '../support/api.ts';
import { bodyOf, CONTEXT, doorEvent } from '../support/door.ts';
import { SMS } from '../support/room.ts';
import { violationsOf } from '../support/violations.ts';
import { createWorld } from '../support/world.ts';

const TEXT = { ...SMS, category: 'otp', validForSeconds: 60, reference: 'r', dryRun: false };
const TEMPLATE = {
  channel: 'whatsapp',
  to: SMS.to,
  from: '+97140000000',
  template: { name: 'otp', language: 'en', params: { code: '1', minutes: '5' } },
};
const schema = API.components.schemas.SendRequest!;
/** A rule is broken where the document has what it is about. */
const BODIES = [TEXT, TEMPLATE].flatMap((document) =>
  violationsOf(schema, document)
    .filter(({ field }) => !(document === TEXT ? field.startsWith('template') : field === 'text'))
    .map((violation) => ({ ...violation, name: `${violation.field}: ${violation.keyword}` })),
);
const NAMED = new Map(BODIES.map((violation) => [violation.name, violation]));

describe('a message that breaks a rule of the API description', () => {
  test('can break each of them', () => {
    expect(NAMED.size).toBeGreaterThanOrEqual(30);
    const fields = [...new Set([...NAMED.values()].map((violation) => violation.field))];
    expect(fields).toEqual(expect.arrayContaining(Object.keys(schema.properties!)));
    expect([...NAMED.keys()]).toEqual(
      expect.arrayContaining([
        'channel: enum',
        'to: required',
        'template.params.code: maxLength',
        'x: additionalProperties',
      ]),
    );
  });

  test.each([...NAMED.entries()])(
    '%s: is told so by the name of the field, and nothing is sent',
    async (_, violation) => {
      await fc.assert(
        fc.asyncProperty(violation.broken, async (body) => {
          const world = createWorld();
          const response = await createSend(() => world.ports)(doorEvent({ body: JSON.stringify(body) }), CONTEXT);
          expectDescribed(['post', '/v1/messages'], response);
          const problem = bodyOf(response);
          expect(problem).toMatchObject({ type: 'urn:keyroom:problem:invalid-request', sent: false, retry: 'never' });
          expect(String(problem.detail)).toContain(`${violation.field}: `);
          expect(problem.field).toBe(violation.field);
          expect(problem.allowed).toBeDefined();
          expect([world.calls, [...world.table.items.keys()].filter((key) => key.startsWith('message#'))]).toEqual([
            [],
            [],
          ]);
        }),
        { numRuns: 20 },
      );
    },
  );
});

const parameters = API.paths['/v1/messages']!.get!.parameters ?? [];
/** What breaks each rule of a parameter, which is a text whatever its type. */
const BROKEN: Readonly<Record<string, (value: unknown) => readonly string[]>> = {
  type: (type) => (type === 'integer' ? ['', 'x', '1.5', '1e1', ' 1'] : []),
  minimum: (minimum) => [String(Number(minimum) - 1)],
  maximum: (maximum) => [String(Number(maximum) + 1)],
  minLength: (length) => ['x'.repeat(Number(length) - 1)],
  maxLength: (length) => ['x'.repeat(Number(length) + 1)],
  format: () => ['', 'today', '2026-11-24', '2026-13-01T00:00:00Z', '2026-11-24T00:00:00'],
  default: () => [],
};

describe('a list that breaks a rule of the API description', () => {
  test.each(
    parameters.flatMap(({ name, schema: rules }) => Object.entries(rules).map(([rule, is]) => [name, rule, is])),
  )('is told so by the name of the parameter %s: %s', (name, rule, value) => {
    for (const text of BROKEN[String(rule)]!(value)) {
      const read = readListRequest({ [String(name)]: [text] }, 'AE');
      expect(!read.ok && read.problem.document).toMatchObject({ field: name, sent: false });
    }
  });

  test('has the parameters that are described, and no other', () => {
    const taken = parameters.filter(({ name }) => {
      const read = readListRequest({ [name]: ['no value of any'.repeat(20)] }, 'AE');
      return !read.ok && !read.problem.document.detail.includes('no such parameter');
    });
    expect(taken.map(({ name }) => name)).toEqual(
      parameters.map(({ name }) => name).filter((name) => name !== 'cursor'),
    );
  });
});
