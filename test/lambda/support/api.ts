import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { parse } from 'yaml';

/** A JSON schema as the description writes one. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly enum?: readonly string[];
  readonly [keyword: string]: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'header' | 'path' | 'query';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Answer {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly schema?: Schema }>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export const API = parse(readFileSync(join(import.meta.dirname, '../../../lambda/api/openapi.yaml'), 'utf8')) as Api;

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(API, 'api');

/** What a `$ref` of the description points to, and where that is. */
export const resolved = <T extends { readonly $ref?: string }>(part: T, at: string): [part: T, at: string] => {
  if (part.$ref === undefined) return [part, at];
  const names = part.$ref.slice(2).split('/');
  const found = names.reduce<unknown>((object, name) => (object as Record<string, unknown>)[name], API);
  return resolved(found as T, names.join('/'));
};

const pointer = (...names: readonly string[]): string =>
  names.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

/** Headers of every answer, which no description repeats. */
const OF_EVERY_ANSWER = ['content-type', 'cache-control'];

/** Checks that a handler's answer is one that the description has: its status, headers, type and body. */
export const expectDescribed = (
  [method, path]: readonly [method: string, path: string],
  { statusCode, headers = {}, body }: Pick<APIGatewayProxyResult, 'statusCode' | 'headers' | 'body'>,
): void => {
  const status = String(statusCode);
  const documented = API.paths[path]?.[method]?.responses[status];
  if (documented === undefined) throw new Error(`${method} ${path} has no answer ${status}`);
  const [answer, at] = resolved(documented, pointer('paths', path, method, 'responses', status));
  const type = String(headers['Content-Type']);
  expect(Object.keys(answer.content ?? {})).toContain(type);
  const wrong = errorsOf(`${at}/${pointer('content', type, 'schema')}`, JSON.parse(body));
  expect({ method, path, status, wrong }).toEqual({ method, path, status, wrong: [] });
  for (const [name, value] of Object.entries(headers)) {
    if (OF_EVERY_ANSWER.includes(name.toLowerCase())) continue;
    const header = answer.headers?.[name];
    if (header === undefined) throw new Error(`${method} ${path} has no header ${name} at ${status}`);
    const [{ schema }, where] = resolved(header, `${at}/${pointer('headers', name)}`);
    const given = schema?.type === 'integer' ? Number(value) : value;
    expect([name, errorsOf(`${where}/schema`, given)]).toEqual([name, []]);
  }
};

const errorsOf = (at: string, value: unknown): readonly string[] => {
  const validate = ajv.getSchema(`api#/${at}`);
  if (validate === undefined) throw new Error(`the description has nothing at ${at}`);
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
};
