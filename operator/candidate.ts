import type { ProviderCapabilities } from '../lambda/providers/capabilities.ts';
import { UsageError } from './errors.ts';

type Fields = ProviderCapabilities['managingFields'];

const expected = (fields: Fields): string => fields.map(({ name }) => name).join(', ');

const fromJson = (input: string, fields: Fields): Record<string, unknown> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(input);
  } catch {
    // The parser's own message quotes the input, and the input is the secret.
    throw new UsageError(`standard input starts like JSON but is not: expected an object with ${expected(fields)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`standard input must be a JSON object with ${expected(fields)}`);
  }
  return parsed as Record<string, unknown>;
};

const fromLines = (input: string, fields: Fields): Record<string, unknown> => {
  const lines = input.split(/\r?\n/);
  if (lines.length !== fields.length) {
    throw new UsageError(
      `standard input must have ${fields.length} lines (${expected(fields)}) or be a JSON object with these fields, got ${lines.length}`,
    );
  }
  return Object.fromEntries(fields.map(({ name }, index) => [name, lines[index]]));
};

/**
 * Reads a managing credential as text: a JSON object, or one value a line in the provider's order.
 *
 * @returns the JSON that the room expects in its inbox.
 * @throws UsageError that names the fields expected and never shows a value.
 */
export const parseCandidate = (input: string, fields: Fields): string => {
  const trimmed = input.trim();
  if (trimmed === '') throw new UsageError(`standard input is empty: expected ${expected(fields)}`);
  const values = trimmed.startsWith('{') ? fromJson(trimmed, fields) : fromLines(trimmed, fields);
  const known = new Set(fields.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    // Not by name: what somebody put there by mistake may be the secret.
    throw new UsageError(
      `${unknown.length} unknown field${unknown.length === 1 ? '' : 's'}: allowed are ${expected(fields)}`,
    );
  }
  const missing = fields.filter(({ name }) => typeof values[name] !== 'string' || values[name] === '');
  if (missing.length > 0) {
    throw new UsageError(`missing or empty: ${missing.map(({ name }) => name).join(', ')}`);
  }
  return JSON.stringify(values);
};
