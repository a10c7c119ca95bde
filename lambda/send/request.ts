import * as v from 'valibot';

import { CHANNELS } from '../shared/contract.ts';
import { invalidRequest, printable, type Wrong } from '../shared/invalid-request.ts';
import type { Problem } from '../shared/problem.ts';

/** A request body with the shape the API describes, defaults filled in. Grants are not looked at yet. */
export type SendRequest = v.InferOutput<typeof SCHEMA>;

/** Messages say what is allowed; what was given never leaves, because it may be a number or a text. */
const SCHEMA = strictObject(
  {
    channel: v.picklist(CHANNELS, `one of ${CHANNELS.join(', ')}`),
    to: v.string('a number in E.164, with the plus sign'),
    from: v.optional(v.string('a sender ID the room grants to this app')),
    text: v.optional(v.pipe(v.string('a string'), v.nonEmpty('at least one character'))),
    template: v.optional(
      strictObject(
        {
          name: v.string('the name of a template of the room'),
          language: v.string('a language of the template'),
          params: v.optional(
            v.pipe(
              plainObject('an object of strings'),
              v.record(v.string(), v.pipe(v.string('a string'), codePoints(0, 1024, 'at most 1024 characters'))),
            ),
          ),
        },
        'an object with name, language and params, and no other field',
      ),
    ),
    category: v.optional(
      v.picklist(['otp', 'transactional', 'marketing'], 'one of otp, transactional, marketing'),
      'transactional',
    ),
    validForSeconds: v.optional(
      v.pipe(
        v.number('a whole number from 10 to 172800'),
        v.integer('a whole number from 10 to 172800'),
        v.minValue(10, 'a whole number from 10 to 172800'),
        v.maxValue(172_800, 'a whole number from 10 to 172800'),
      ),
      3600,
    ),
    dryRun: v.optional(v.boolean('true or false'), false),
    reference: v.optional(v.pipe(v.string('a string'), codePoints(1, 100, '1 to 100 characters'))),
  },
  'an object with the fields of SendRequest, and no other field',
);

/** What JSON calls an object: no list, and no field named like one that every JavaScript object inherits. */
function plainObject(allowed: string) {
  return v.custom<Record<string, unknown>>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !Object.keys(value).some((name) => name in Object.prototype),
    allowed,
  );
}

function strictObject<const E extends v.ObjectEntries>(entries: E, allowed: string) {
  return v.pipe(plainObject(allowed), v.strictObject(entries, allowed));
}

/** JSON Schema counts code points, not the UTF-16 units of `length`. */
function codePoints(min: number, max: number, allowed: string) {
  return v.check((text: string) => {
    const { length } = Array.from(text);
    return length >= min && length <= max;
  }, allowed);
}

/** Checks a parsed body. The problem names the first field that is wrong and lists the others. */
export const readRequest = (body: unknown): { ok: true; request: SendRequest } | { ok: false; problem: Problem } => {
  const result = v.safeParse(SCHEMA, body);
  if (!result.success) return { ok: false, problem: invalidRequest(result.issues.map(wrongOf)) };
  const request = result.output;
  if ((request.text === undefined) !== (request.template === undefined)) return { ok: true, request };
  return { ok: false, problem: invalidRequest([{ field: 'text', allowed: 'exactly one of text and template' }]) };
};

const wrongOf = (issue: v.BaseIssue<unknown>): Wrong => {
  const names = (issue.path ?? []).map(({ key }) => String(key));
  const field = names.map(printable).join('.') || 'body';
  const { expected } = issue;
  if (issue.type === 'strict_object' && expected === 'never') return { field, allowed: 'no such field' };
  if (issue.type === 'strict_object' && expected?.startsWith('"')) return { field, allowed: 'required' };
  return { field, allowed: issue.message };
};
