import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { PROBLEM_KINDS } from '../../../lambda/api/contract.ts';
import { ROTATION_PROBLEMS } from '../../../lambda/rotate-key/rotation-problems.ts';

interface Described {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}
interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Record<string, Described> }>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, Described>>;
    readonly schemas: { readonly ProblemCode: { readonly enum: readonly string[] } };
  };
}

const api = parse(readFileSync(join(__dirname, '../../../lambda/api/openapi.yaml'), 'utf8')) as Api;
const send = api.paths['/v1/messages']!.post!.responses;
const query = api.paths['/v1/messages/{id}']!.get!.responses;

/** What the gateway answers by itself, whatever was called: its own refusals and the function's silence. */
const GATEWAY = [400, 401, 403, 415, 429, 500, 502, 503, 504];

describe('the API description', () => {
  test.each([
    ['POST', send],
    ['GET', query],
  ])('knows every status that the gateway gives to %s', (_method, responses) => {
    expect(GATEWAY.filter((status) => !(String(status) in responses))).toEqual([]);
  });

  test('knows every status of a problem', () => {
    const statuses = Object.entries(PROBLEM_KINDS).filter(([code]) => code !== 'not-found');
    expect(statuses.filter(([, { status }]) => !(String(status) in send))).toEqual([]);
    expect(String(PROBLEM_KINDS['not-found'].status) in query).toBe(true);
  });

  test('has a text for every code, and no other', () => {
    expect(Object.keys(PROBLEM_KINDS).sort()).toEqual([...api.components.schemas.ProblemCode.enum].sort());
  });

  test.each(['429', '503'])('says with %s when to come back', (status) => {
    for (const responses of [send, query]) {
      const name = responses[status]!.$ref!.split('/').at(-1)!;
      expect(api.components.responses[name]!.headers).toHaveProperty('Retry-After');
    }
  });
});

/** Other names for the people who run a room. */
const OTHER_NAMES = /operators?\b|on-call engineer|who run the room|administrator|report (it|the)/i;

describe('the texts', () => {
  test.each([...Object.entries(PROBLEM_KINDS), ...Object.entries(ROTATION_PROBLEMS)])(
    'of %s end in a sentence and have one name for people',
    (_code, { fix }: { readonly fix: string }) => {
      expect(fix).toMatch(/^[A-Z].+[.]$/);
      expect(fix).not.toMatch(OTHER_NAMES);
    },
  );
});
