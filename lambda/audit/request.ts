import type { Plain } from '../shared/aws/attribute-value.ts';
import { AUDIT_PARTS, type AuditPart } from './contract.ts';

/** Where a walk over an index goes on: which of its parts, and behind which item. */
export interface Cursor {
  readonly shard: number;
  readonly after: { readonly pk: string; readonly at: number } | null;
}

/** What is asked for. Moments in milliseconds since the epoch. */
export interface AuditRequest {
  readonly part: AuditPart;
  /** The first moment that counts. */
  readonly from: number;
  /** The first moment that counts no more. */
  readonly until: number;
  readonly cursor: Cursor;
}

/** A parameter that is wrong, and what it may be. */
export interface WrongParameter {
  readonly field: string;
  readonly allowed: string;
}

type Parameters = Readonly<Record<string, string | undefined>>;

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

/** Reads the query of a request; the first parameter that is wrong is told. */
export const readAuditRequest = (given: Parameters): AuditRequest | WrongParameter => {
  const { part = '', since = '', until = '', cursor } = given;
  if (!isPart(part)) return { field: 'part', allowed: AUDIT_PARTS.join(', ') };
  const [from, to] = [momentOf(since), momentOf(until)];
  if (from === undefined) return { field: 'since', allowed: 'a moment in UTC, such as 2026-11-24T15:00:00Z' };
  if (to === undefined || to <= from) return { field: 'until', allowed: 'a moment in UTC after since' };
  const place = cursor === undefined ? { shard: 0, after: null } : readCursor(cursor);
  if (place === undefined) return { field: 'cursor', allowed: 'the next of the page before' };
  return { part, from, until: to, cursor: place };
};

const isPart = (text: string): text is AuditPart => (AUDIT_PARTS as readonly string[]).includes(text);

const momentOf = (text: string): number | undefined => {
  const moment = MOMENT.test(text) ? Date.parse(text) : NaN;
  return Number.isFinite(moment) && moment >= 0 ? moment : undefined;
};

export const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

const readCursor = (text: string): Cursor | undefined => {
  try {
    const { shard, after } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Record<string, Plain>;
    if (typeof shard !== 'number' || !Number.isSafeInteger(shard) || shard < 0) return undefined;
    if (after === null) return { shard, after: null };
    const { pk, at } = after as { readonly pk?: unknown; readonly at?: unknown };
    return typeof pk === 'string' && typeof at === 'number' ? { shard, after: { pk, at } } : undefined;
  } catch {
    return undefined;
  }
};
