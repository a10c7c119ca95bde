import { invalidRequest, printable, type Wrong } from '../shared/invalid-request.ts';
import { hintFor, readPhoneNumber } from '../shared/phone.ts';
import type { Problem } from '../shared/problem.ts';

/** The query of a request: each parameter with every value it was given. */
export type Parameters = Readonly<Record<string, readonly string[] | undefined>>;

/** What an app asks to see. Moments are in milliseconds since the epoch. */
export interface ListRequest {
  readonly since: number | undefined;
  /** The first moment that does not count any more. */
  readonly until: number | undefined;
  readonly reference: string | undefined;
  /** E.164. */
  readonly to: string | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

const DEFAULT_LIMIT = 50;
/** As many as one read of the table brings. */
const MAX_LIMIT = 100;

const MOMENT = 'a moment in RFC 3339, such as 2026-11-24T15:00:00Z; in a URL the plus sign of an offset is %2B';
const NUMBER = 'a number in E.164, with the plus sign, which is %2B in a URL';
const REFERENCE = '1 to 100 characters';
const LIMIT = `a whole number from 1 to ${MAX_LIMIT}`;
const CURSOR = 'the nextCursor of the page before';

/** Reads the query of a list. The problem names the first parameter that is wrong and lists the others. */
export const readListRequest = (
  given: Parameters,
  homeCountry: string,
): { readonly ok: true; readonly request: ListRequest } | { readonly ok: false; readonly problem: Problem } => {
  const wrong: Wrong[] = [];
  const read = <T>(field: string, allowed: string, parse: (text: string) => T | undefined): T | undefined => {
    const [text, ...others] = given[field] ?? [];
    if (text === undefined) return undefined;
    const value = others.length > 0 ? undefined : parse(text);
    if (value === undefined) wrong.push({ field, allowed: others.length > 0 ? `${allowed}; once` : allowed });
    return value;
  };
  const request = {
    since: read('since', MOMENT, momentOf),
    until: read('until', MOMENT, momentOf),
    reference: read('reference', REFERENCE, referenceOf),
    to: read('to', numberAllowed(given.to?.[0], homeCountry), numberOf),
    limit: read('limit', LIMIT, limitOf) ?? DEFAULT_LIMIT,
    cursor: read('cursor', CURSOR, (text) => (text === '' ? undefined : text)),
  };
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(request, name)) wrong.push({ field: printable(name), allowed: 'no such parameter' });
  }
  if (request.since !== undefined && request.until !== undefined && request.until <= request.since) {
    wrong.push({ field: 'until', allowed: 'a moment after since' });
  }
  return wrong.length === 0 ? { ok: true, request } : { ok: false, problem: invalidRequest(wrong) };
};

/** The refusal of a cursor that the room did not give to this app for this query. */
export const notThisCursor = (): Problem =>
  invalidRequest([{ field: 'cursor', allowed: `${CURSOR}, with since, until, reference and to as they were then` }]);

/** RFC 3339, section 5.6: with a zone, as nobody could say which moment it is otherwise. */
const RFC_3339 = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

const momentOf = (text: string): number | undefined => {
  const [, date] = RFC_3339.exec(text) ?? [];
  // A day that a month lacks would count as one of the next month.
  const isDay = date !== undefined && date === dateOf(Date.parse(`${date}T00:00:00Z`));
  const moment = isDay ? Date.parse(text.toUpperCase()) : NaN;
  return Number.isFinite(moment) && moment >= 0 ? moment : undefined;
};

const dateOf = (moment: number): string | undefined =>
  Number.isFinite(moment) ? new Date(moment).toISOString().slice(0, 10) : undefined;

const numberOf = (text: string): string | undefined => readPhoneNumber(text)?.e164;

const numberAllowed = (text: string | undefined, homeCountry: string): string => {
  const hint = text === undefined || text.startsWith(' ') ? undefined : hintFor(text, homeCountry);
  return hint === undefined ? NUMBER : `${NUMBER}: ${hint}`;
};

const referenceOf = (text: string): string | undefined => {
  const { length } = Array.from(text);
  return length >= 1 && length <= 100 ? text : undefined;
};

const limitOf = (text: string): number | undefined => {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= MAX_LIMIT ? limit : undefined;
};
