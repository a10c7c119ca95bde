import type { HttpResult } from '../shared/http.ts';
import type { SendOutcome } from '../shared/messaging-provider.ts';

/** An answer that came back whole. */
export type HttpAnswer = Extract<HttpResult, { readonly kind: 'response' }>;

/** The first element of a JSON array. */
export const firstOf = (value: unknown): unknown => (Array.isArray(value) ? (value as unknown[])[0] : undefined);

/** Whether a refusal says that the address is the reason. Providers have no code for it; the text is only matched. */
export const namesAddress = (body: string): boolean => /\b(ips?|allowedips|ip[ -]?address(es)?)\b/i.test(body);

/**
 * `Retry-After` in seconds, from either of its forms.
 *
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after. No provider documents the header; gateways in front of
 * them send it.
 *
 * @param now milliseconds since the epoch
 */
const retryAfterOf = (answer: HttpAnswer, now: number): { readonly retryAfterSeconds?: number } => {
  const header = answer.headers['retry-after']?.trim() ?? '';
  if (/^\d{1,6}$/.test(header)) return { retryAfterSeconds: Number(header) };
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? {} : { retryAfterSeconds: Math.max(0, Math.ceil((moment - now) / 1000)) };
};

/**
 * What every provider's send means where its own rules say nothing: `undefined` for an answer the provider must read.
 *
 * A 5xx came after the request was written, and nobody documents that it was not acted upon: the outcome is unknown.
 */
export const commonOutcome = (result: HttpResult, now: number): SendOutcome | undefined => {
  if (result.kind === 'not-written') return { kind: 'not-sent', reason: result.cause };
  if (result.kind === 'no-answer') return { kind: 'unknown', reason: result.cause };
  const { status } = result;
  if (status === 429) return { kind: 'not-sent', reason: 'too-many-requests', ...retryAfterOf(result, now) };
  // A timeout that the provider itself reports may be one of its own back end.
  if (status >= 500 || status === 408) return { kind: 'unknown', reason: `http-${status}` };
  // Redirects are never followed: a request elsewhere would carry the key there.
  if (status >= 300 && status < 400) return { kind: 'not-sent', reason: `http-${status}` };
  if (status < 200) return { kind: 'unknown', reason: `http-${status}` };
  return undefined;
};

/** The 4xx that speak about the message itself: https://www.rfc-editor.org/rfc/rfc9110#name-client-error-4xx. */
const ABOUT_THE_MESSAGE: readonly number[] = [400, 413, 422];

/**
 * What a 4xx means to every provider that gives it no meaning of its own.
 *
 * Only one that speaks about the message rejects it. A scope that was lost, an account that was suspended, a path or a
 * method that is ours to get right: the message is not at fault and can go out once that has been put right.
 */
export const commonRefusal = (answer: HttpAnswer): SendOutcome => {
  const { status, body } = answer;
  if ((status === 401 || status === 403) && namesAddress(body)) {
    return { kind: 'address-refused', reason: 'address-not-allowed' };
  }
  if (status === 401) return { kind: 'key-refused', reason: 'unauthorized' };
  if (status === 403) return { kind: 'not-sent', reason: 'provider-forbids' };
  if (!ABOUT_THE_MESSAGE.includes(status)) return { kind: 'not-sent', reason: `http-${status}` };
  return { kind: 'rejected', code: `http-${status}`, reason: 'the provider refused the request' };
};
