import { type DoorEvent, headerOf } from '../shared/app-door.ts';
import { problem, type Problem } from '../shared/problem.ts';
import { MAX_BODY_BYTES } from './contract.ts';

/** A request as far as HTTP is concerned: its key and its parsed body. */
export type DoorRequest =
  | { readonly ok: true; readonly idempotencyKey: string; readonly body: unknown }
  | { readonly ok: false; readonly problem: Problem };

/** Reads a send request off the wire, refusing what is not one. */
export const readDoorRequest = (event: DoorEvent): DoorRequest => {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    return { ok: false, problem: problem('too-large', { detail: `the body has more than ${MAX_BODY_BYTES} bytes` }) };
  }
  const type = headerOf(event, 'content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) return invalid('Content-Type', 'application/json', 415);
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    return invalid('body', 'a JSON document');
  }
  const key = headerOf(event, 'idempotency-key');
  if (key === undefined) {
    return isDryRun(body)
      ? { ok: true, idempotencyKey: '', body }
      : { ok: false, problem: problem('idempotency-key-missing', { field: 'Idempotency-Key' }) };
  }
  const idempotencyKey = unquote(key.trim());
  return /^[\x20-\x7e]{1,255}$/.test(idempotencyKey)
    ? { ok: true, idempotencyKey, body }
    : invalid('Idempotency-Key', '1 to 255 printable ASCII characters, bare or in double quotes');
};

/** What sends nothing cannot send twice. */
const isDryRun = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'dryRun' in body && body.dryRun === true;

/** A structured-field string is quoted (RFC 8941); most clients send the bare characters. */
const unquote = (text: string): string =>
  /^".*"$/.test(text) ? text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : text;

const invalid = (field: string, allowed: string, status = 400): DoorRequest => ({
  ok: false,
  problem: problem('invalid-request', { field, allowed, detail: `${field} must be ${allowed}`, status }),
});
