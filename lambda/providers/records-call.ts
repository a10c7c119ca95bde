import type { HttpCall } from '../shared/http.ts';
import {
  type DeliveryState,
  type LookUp,
  type Money,
  type ProviderRecord,
  type ProviderRecords,
  RecordsError,
  type RecordsErrorCode,
  type SoughtMessage,
} from '../shared/provider-records.ts';
import { fieldsOf, jsonOf } from '../shared/json.ts';
import { type HttpAnswer, namesAddress } from './http-answer.ts';

/** Milliseconds one page of records may take. */
const RECORDS_TIMEOUT_MS = 8000;

/** One GET of records. */
export interface RecordsRequest {
  /** For the error: `listing the messages`. */
  readonly what: string;
  readonly url: string;
  readonly authorization: string;
  /** An answer of 4xx with a meaning of the provider's own. @default - the status alone says it */
  readonly meaningOf?: (answer: HttpAnswer) => 'not-found' | RecordsErrorCode | undefined;
}

/**
 * Reads one page of a provider's records; `undefined` where the provider says that there is no such thing.
 *
 * @throws RecordsError that names the call and the status, and nothing of what the provider wrote
 */
export const readRecords = async (
  http: HttpCall,
  { what, url, authorization, meaningOf }: RecordsRequest,
): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const answer = await http({
    method: 'GET',
    url,
    headers: { authorization, accept: 'application/json' },
    timeoutMs: RECORDS_TIMEOUT_MS,
  });
  if (answer.kind !== 'response')
    throw new RecordsError('provider-unreachable', `${what} got no answer: ${answer.cause}`);
  if (answer.status >= 300) {
    const meaning = meaningOf?.(answer) ?? refusalOf(answer);
    if (meaning === 'not-found') return undefined;
    throw new RecordsError(meaning, `${what} was answered ${answer.status}`);
  }
  const document = jsonOf(answer.body);
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) return fieldsOf(document);
  throw new RecordsError('answer-unreadable', `${what} was answered ${answer.status} without a JSON object`);
};

const refusalOf = ({ status, body }: HttpAnswer): RecordsErrorCode => {
  if ((status === 401 || status === 403) && namesAddress(body)) return 'address-refused';
  if (status === 401) return 'credential-refused';
  if (status === 403) return 'right-missing';
  if (status === 429) return 'too-many-requests';
  return status >= 500 || status === 408 ? 'provider-unreachable' : 'request-refused';
};

/** A list inside an answer. @throws RecordsError when there is none: an answer nobody can read is not an empty list */
export const listIn = (document: Readonly<Record<string, unknown>> | undefined, name: string): readonly unknown[] => {
  const list = document?.[name];
  if (Array.isArray(list)) return list as unknown[];
  throw new RecordsError('answer-unreadable', `an answer without the list ${name}`);
};

/** What it proves that a message was not shown: nothing while the provider lags, and nothing once it may have forgotten. */
export const absent = (
  { lagMs, keptMs }: Pick<ProviderRecords, 'lagMs' | 'keptMs'>,
  { sentAt }: SoughtMessage,
  now: number,
): LookUp => {
  if (now < sentAt + lagMs) return { kind: 'not-shown', reason: 'too-early' };
  return keptMs !== null && now >= sentAt + keptMs ? { kind: 'not-shown', reason: 'too-old' } : { kind: 'not-found' };
};

/** `found`, or what it proves that nothing was. */
export const foundOr = (record: ProviderRecord | undefined, otherwise: () => LookUp): LookUp =>
  record === undefined ? otherwise() : { kind: 'found', record };

/** An amount from a number or a decimal text; `null` for anything else. */
export const moneyOf = (amount: unknown, currency: unknown): Money | null => {
  const value = typeof amount === 'string' && amount.trim() !== '' ? Number(amount) : amount;
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const known = typeof currency === 'string' && /^[A-Za-z]{3}$/.test(currency) ? currency.toUpperCase() : null;
  // Adding 0 makes a negative zero an ordinary one.
  return { micros: Math.round(value * 1e6) + 0, currency: known };
};

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A count of parts, from a number or its text. */
export const countOf = (value: unknown): number | null => {
  const count = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 ? count : null;
};

/** A number as E.164, whether or not the provider writes the plus. */
export const withPlus = (number: string): string => `+${number.replace(/^\+/, '')}`;

const FINAL: Readonly<Record<DeliveryState['kind'], boolean>> = {
  accepted: false,
  delivered: true,
  undelivered: true,
  rejected: true,
  unrecognised: false,
};

export const stateOf = (kind: DeliveryState['kind'], code: string | null = null): DeliveryState => ({
  kind,
  final: FINAL[kind],
  code,
});
