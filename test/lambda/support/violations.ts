import fc from 'fast-check';

import { API, type Schema } from './api.ts';

/** A way to break one rule of a schema. */
export interface Violation {
  /** Where, as problems name fields. */
  readonly field: string;
  /** The rule. */
  readonly keyword: string;
  /** The document with the rule broken, and every other one kept as far as can be. */
  readonly broken: fc.Arbitrary<unknown>;
}

type Rule = (schema: Schema) => fc.Arbitrary<unknown> | undefined;

/** Characters that need two UTF-16 code units count once. */
const text = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme-ascii', minLength: length, maxLength: length });

/** What breaks each rule that a value has by itself. */
const RULES: Readonly<Record<string, Rule>> = {
  type: ({ type }) =>
    fc
      .jsonValue()
      .filter((value) => ![type].flat().includes(typeOf(value)) && !(type === 'number' && isInteger(value))),
  enum: ({ enum: allowed = [] }) => fc.string().filter((value) => !allowed.includes(value)),
  minLength: ({ minLength }) => text(Number(minLength) - 1),
  maxLength: ({ maxLength }) => text(Number(maxLength) + 1),
  minimum: ({ minimum }) => fc.integer({ max: Number(minimum) - 1 }),
  maximum: ({ maximum }) => fc.integer({ min: Number(maximum) + 1 }),
};

/** Keywords that say something and forbid nothing, or whose parts are looked at by themselves. */
const NOT_RULES = ['description', 'examples', 'default', 'properties', 'required', 'additionalProperties'];

const isInteger = (value: unknown): boolean => Number.isInteger(value);
const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isInteger(value) ? 'integer' : typeof value;
};

type Path = readonly string[];

const changed = (document: unknown, [name, ...rest]: Path, value: unknown): unknown => {
  if (name === undefined) return value;
  const object = document as Readonly<Record<string, unknown>>;
  return { ...object, [name]: changed(object[name], rest, value) };
};

const at = (document: unknown, path: Path): unknown =>
  path.reduce<unknown>((part, name) => (part as Readonly<Record<string, unknown>> | undefined)?.[name], document);

/**
 * Every rule of a schema broken in a document that keeps them all; what the document lacks is not looked at.
 *
 * @throws for a keyword that nobody thought of here
 */
export const violationsOf = (schema: Schema, document: unknown, path: Path = []): readonly Violation[] => {
  if (schema.$ref !== undefined) {
    return violationsOf(API.components.schemas[schema.$ref.split('/').at(-1) ?? '']!, document, path);
  }
  const field = path.join('.') || 'body';
  const set = (value: unknown) => changed(document, path, value);
  const own = Object.keys(schema).flatMap((keyword): Violation[] => {
    if (NOT_RULES.includes(keyword)) return [];
    const values = RULES[keyword]?.(schema);
    if (values === undefined) throw new Error(`${field}: nobody knows how to break "${keyword}"`);
    return [{ field, keyword, broken: values.map(set) }];
  });
  const object = at(document, path) as Readonly<Record<string, unknown>>;
  const missing = (schema.required ?? []).map((name): Violation => {
    const without = Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
    return { field: [...path, name].join('.'), keyword: 'required', broken: fc.constant(set(without)) };
  });
  const known = schema.properties === undefined ? [] : Object.keys(schema.properties);
  const unknown: Violation[] =
    schema.additionalProperties === false
      ? [
          {
            field: [...path, 'x'].join('.'),
            keyword: 'additionalProperties',
            broken: fc.jsonValue().map((value) => set({ ...object, x: value })),
          },
        ]
      : [];
  const inner = known
    .filter((name) => name in (object as object))
    .flatMap((name) => violationsOf(schema.properties![name]!, document, [...path, name]));
  const others =
    typeof schema.additionalProperties === 'object'
      ? Object.keys(object).flatMap((name) =>
          violationsOf(schema.additionalProperties as Schema, document, [...path, name]),
        )
      : [];
  return [...own, ...missing, ...unknown, ...inner, ...others];
};
