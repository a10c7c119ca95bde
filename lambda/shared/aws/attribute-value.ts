/** What an item of the ledger may hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** An item, or the values of an expression, as plain JavaScript. `undefined` fields are left out. */
export type PlainItem = Readonly<Record<string, Plain | undefined>>;

/** DynamoDB's JSON for the types the ledger uses. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> };

/**
 * A value in DynamoDB's JSON.
 *
 * By hand, because the usual helper makes the whole SDK client a dependency for its types.
 */
const toAttribute = (value: Plain): AttributeValue => {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return isList(value) ? { L: value.map(toAttribute) } : { M: toAttributes(value) };
};

export const toAttributes = (item: PlainItem): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, toAttribute(value)]])),
  );

/** The value behind DynamoDB's JSON. @throws TypeError for a type the ledger never writes (sets, binary) */
const fromAttribute = (value: AttributeValue): Plain => {
  if ('S' in value) return value.S;
  if ('N' in value) return Number(value.N);
  if ('BOOL' in value) return value.BOOL;
  if ('NULL' in value) return null;
  if ('L' in value) return value.L.map(fromAttribute);
  if ('M' in value) return fromAttributes(value.M);
  throw new TypeError(`unexpected attribute type ${Object.keys(value).join()}`);
};

export const fromAttributes = (item: Readonly<Record<string, AttributeValue>>): Record<string, Plain> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromAttribute(value)]));

/** `Array.isArray` does not narrow a read-only array. */
const isList = (value: Exclude<Plain, string | number | boolean | null>): value is readonly Plain[] =>
  Array.isArray(value);
