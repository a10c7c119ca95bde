import { Ajv, type ErrorObject } from 'ajv';

/** One thing wrong with a request. */
export interface Violation {
  /** From the body's root: property names and array positions. */
  readonly path: readonly (string | number)[];
  readonly kind: 'missing' | 'extra' | 'type' | 'enum' | 'value';
  readonly message: string;
}

/** Says what is wrong with a value; nothing, when it fits. */
export type Validate = (value: unknown) => readonly Violation[];

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });

/** Compiles a JSON Schema. Objects take no properties but the ones named. */
export function compileSchema(schema: object): Validate {
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(toViolation));
}

/** An object with exactly these properties. */
export const object = (properties: Record<string, object>, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

export const text = (limits: object = {}): object => ({ type: 'string', ...limits });
export const list = (items: object, limits: object = {}): object => ({ type: 'array', items, ...limits });

function toViolation(error: ErrorObject): Violation {
  const at = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')));
  const { missingProperty, additionalProperty } = error.params as Record<string, string | undefined>;
  if (missingProperty !== undefined) return { path: [...at, missingProperty], kind: 'missing', message: 'is required' };
  if (additionalProperty !== undefined) {
    return { path: [...at, additionalProperty], kind: 'extra', message: 'is not known' };
  }
  const kind = error.keyword === 'type' ? 'type' : error.keyword === 'enum' ? 'enum' : 'value';
  return { path: at, kind, message: error.message ?? 'is not valid' };
}
