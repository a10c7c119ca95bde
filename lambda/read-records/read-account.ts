import { readPhoneNumber } from '../shared/phone.ts';
import { type Money, type ProviderRecord, RecordsError, type TimeWindow } from '../shared/provider-records.ts';
import { type ListedMessage, MOST_LISTED, type ReadFailure } from '../shared/records-command.ts';
import { credentialReader } from './credential-for.ts';
import type { ReadRecordsPorts } from './ports.ts';

type Read<Result> =
  ({ readonly ok: true } & Result) | { readonly ok: false; readonly code: ReadFailure | 'no-list' | 'no-prices' };

/**
 * Everything that was sent from the account in a window, by anybody.
 *
 * Numbers stay here: the answer names the country and the last two digits.
 */
export const listMessages = async (
  ports: ReadRecordsPorts,
  window: TimeWindow,
): Promise<Read<{ readonly messages: readonly ListedMessage[] }>> => {
  const { access, messages } = ports.records;
  if (access.messages === undefined || messages === undefined) return { ok: false, code: 'no-list' };
  const credential = await credentialReader(ports)(access.messages);
  if (credential === undefined) return { ok: false, code: 'credential-absent' };
  return answered(async () => {
    const listed = await messages.list(window, credential);
    if (listed.length > MOST_LISTED) throw new RecordsError('too-many', `more than ${MOST_LISTED} messages`);
    return { messages: listed.map(withoutNumber) };
  });
};

/** What the account has left, and when that was read. */
export const readBalance = async (
  ports: ReadRecordsPorts,
): Promise<
  Read<{ readonly balance: Awaited<ReturnType<ReadRecordsPorts['records']['balance']>>; readonly at: number }>
> => {
  const credential = await credentialReader(ports)(ports.records.access.balance);
  if (credential === undefined) return { ok: false, code: 'credential-absent' };
  return answered(async () => ({ balance: await ports.records.balance(credential), at: ports.clock.now() }));
};

/** What one part of an SMS costs at most in some countries, by the provider's own list. */
export const readPrices = async (
  ports: ReadRecordsPorts,
  countries: readonly string[],
): Promise<Read<{ readonly prices: Readonly<Record<string, Money>> }>> => {
  const { access } = ports.records;
  if (access.prices === undefined) return { ok: false, code: 'no-prices' };
  const credential = await credentialReader(ports)(access.prices);
  if (credential === undefined) return { ok: false, code: 'credential-absent' };
  return answered(async () => ({ prices: (await ports.records.prices?.(countries, credential)) ?? {} }));
};

const answered = async <Result>(read: () => Promise<Result>): Promise<Read<Result>> => {
  try {
    return { ok: true, ...(await read()) };
  } catch (error: unknown) {
    if (error instanceof RecordsError) return { ok: false, code: error.code };
    throw error;
  }
};

const withoutNumber = (record: ProviderRecord): ListedMessage => ({
  providerMessageId: record.providerMessageId,
  ourId: record.ourId,
  channel: record.channel,
  country: readPhoneNumber(record.to)?.country ?? null,
  lastTwo: record.to.slice(-2),
  from: record.from,
  acceptedAt: record.acceptedAt,
  price: record.price,
  state: record.state.kind,
});
