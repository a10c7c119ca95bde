import { type KeyCheck, ProviderCallError } from '../shared/credential-manager.ts';
import type { HttpCall, HttpRequest, HttpResult } from '../shared/http.ts';
import { fieldsOf, jsonOf } from '../shared/json.ts';
import { type HttpAnswer, namesAddress } from './http-answer.ts';

/** Milliseconds one key-managing call may take; a rotation step makes a handful of them. */
export const MANAGEMENT_TIMEOUT_MS = 8000;

/**
 * One key-managing call whose answer must be a JSON object, or 204: nothing.
 *
 * @throws ProviderCallError that names the call and the status, and nothing of what the provider wrote
 */
export const callProvider = async (
  http: HttpCall,
  what: string,
  request: Omit<HttpRequest, 'timeoutMs'>,
): Promise<Readonly<Record<string, unknown>>> => {
  const result = await http({ ...request, timeoutMs: MANAGEMENT_TIMEOUT_MS });
  if (result.kind !== 'response') {
    throw new ProviderCallError('provider-unreachable', `${what} got no answer: ${result.cause}`);
  }
  if (result.status >= 300) throw refusal(what, request.method, result);
  if (result.status === 204) return {};
  const document = jsonOf(result.body);
  if (typeof document === 'object' && document !== null) return fieldsOf(document);
  throw new ProviderCallError('provider-answer-unreadable', `${what} was answered ${result.status} without JSON`);
};

/** The error for an answer of 300 and above. */
const refusal = (what: string, method: string, { status, body }: HttpAnswer): ProviderCallError => {
  const message = `${what} was answered ${status}`;
  if ((status === 401 || status === 403) && namesAddress(body))
    return new ProviderCallError('address-refused', message);
  if (status === 401 || status === 403) return new ProviderCallError('managing-credential-refused', message);
  // Reading is limited by the second, making and changing keys by the day (Infobip: 40).
  if (status === 429 && method !== 'GET') return new ProviderCallError('provider-key-quota-used-up', message);
  if (status === 404) return new ProviderCallError('provider-object-missing', message);
  if (status >= 500 || status === 429 || status === 408) return new ProviderCallError('provider-unreachable', message);
  return new ProviderCallError('provider-refused-request', message);
};

/** What the answer to a call with a key says about the key. */
export const keyCheckOf = (result: HttpResult): KeyCheck => {
  if (result.kind !== 'response') return 'unreachable';
  const { status, body } = result;
  if (status < 300) return 'ok';
  if ((status === 401 || status === 403) && namesAddress(body)) return 'address-refused';
  return status === 401 ? 'refused' : 'unreachable';
};
