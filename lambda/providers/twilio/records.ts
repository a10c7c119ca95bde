import { systemClock } from '../../shared/clock.ts';
import {
  type Access,
  type Money,
  type ProviderRecord,
  type ProviderRecords,
  RecordsError,
  type RecordsErrorCode,
  type SoughtMessage,
} from '../../shared/provider-records.ts';
import { fieldsOf } from '../../shared/json.ts';
import type { HttpAnswer } from '../http-answer.ts';
import type { HttpProviderOptions } from '../http-provider.ts';
import { absent, foundOr, listIn, moneyOf, readRecords } from '../records-call.ts';
import { TWILIO_API_URL } from './adapter.ts';
import { basicOf, type TwilioKey, twilioKeyOf } from './api-key.ts';
import { CODE, codeOf } from './error-codes.ts';
import { recordOf } from './record.ts';

const TWILIO_PRICING_URL = 'https://pricing.twilio.com';

/** Largest page of messages, and pages read at most. */
const PAGE_SIZE = 1000;
const MAX_PAGES = 100;
/** Twilio shows a message from when it was sent, which may be a moment before or some time after we asked for it. */
const AROUND = { before: 60_000, after: 15 * 60_000 } as const;

const LIST: Access = { credential: 'reading', rights: ['/twilio/messaging/messages/list'] };

/**
 * Twilio's message log, its balance and its prices.
 *
 * The sending key may look a message up by its SID. Listing is a right of its own, and so finding a message whose
 * SID never came back takes another key with that right, or the Main key. For the balance and the prices no right of
 * a restricted key is documented: only the Main key reads them. A subaccount has no balance.
 *
 * Twilio takes no id of ours: a lost message is sought by recipient, sender and time, and what is found are candidates.
 *
 * Twilio's OpenAPI `twilio_api_v2010` (`FetchMessage`, `ListMessage`, `FetchBalance`) and `twilio_pricing_v1`
 * (`FetchMessagingCountry`).
 */
export const createTwilioRecords = ({ http, baseUrl, clock = systemClock }: HttpProviderOptions): ProviderRecords => {
  const limits = { lagMs: 2 * 60_000, keptMs: null };
  const read = (what: string, key: TwilioKey, url: string) =>
    readRecords(http, { what, url, authorization: basicOf(key), meaningOf });
  const ofAccount = ({ accountSid }: TwilioKey, resource: string): string =>
    `${baseUrl ?? TWILIO_API_URL}/2010-04-01/Accounts/${accountSid}/${resource}`;

  const listAll = async (key: TwilioKey, filter: Record<string, string>): Promise<ProviderRecord[]> => {
    const records: ProviderRecord[] = [];
    let query: URLSearchParams | undefined = firstPage(filter);
    for (let page = 0; query !== undefined; page += 1) {
      if (page === MAX_PAGES) {
        throw new RecordsError('too-many', `more than ${PAGE_SIZE * MAX_PAGES} messages at Twilio`);
      }
      const url = `${ofAccount(key, 'Messages.json')}?${query.toString()}`;
      const answer = await read('listing the messages at Twilio', key, url);
      records.push(...listIn(answer, 'messages').flatMap((entry) => recordOf(entry) ?? []));
      query = nextPage(firstPage(filter), answer?.next_page_uri);
    }
    return records;
  };

  return {
    provider: 'twilio',
    ...limits,
    access: {
      lookUp: { 'provider-id': { credential: 'sending' }, recipient: LIST },
      messages: LIST,
      balance: { credential: 'managing' },
      prices: { credential: 'managing' },
    },
    lookUp: async (sought, credential) => {
      const key = twilioKeyOf(credential);
      const notShown = () => absent(limits, sought, clock.now());
      if (sought.providerMessageId !== null) {
        const resource = `Messages/${encodeURIComponent(sought.providerMessageId)}.json`;
        return foundOr(recordOf(await read('reading a message at Twilio', key, ofAccount(key, resource))), notShown);
      }
      const { to } = sought;
      if (to === null) return { kind: 'cannot-ask' };
      const records = await listAll(key, filterOf({ ...sought, to }));
      return records.length > 0 ? { kind: 'candidates', records } : notShown();
    },
    messages: {
      channels: ['sms', 'whatsapp'],
      list: ({ from, until }, credential) =>
        // Both ends are included there, to the second.
        listAll(twilioKeyOf(credential), { 'DateSent>': moment(from), 'DateSent<': moment(until - 1) }),
    },
    balance: async (credential) => {
      const key = twilioKeyOf(credential);
      const answer = (await read('reading the Twilio balance', key, ofAccount(key, 'Balance.json'))) ?? {};
      const balance = moneyOf(answer.balance, answer.currency);
      if (balance !== null) return balance;
      throw new RecordsError('answer-unreadable', 'reading the Twilio balance was answered without one');
    },
    prices: async (countries, credential) => {
      const prices: Record<string, Money> = {};
      for (const country of countries) {
        const url = `${baseUrl ?? TWILIO_PRICING_URL}/v1/Messaging/Countries/${encodeURIComponent(country)}`;
        const price = dearest(await read('reading a Twilio price', twilioKeyOf(credential), url));
        if (price !== null) prices[country] = price;
      }
      return prices;
    },
  };
};

/** Twilio's own code decides; a 404 without it says that the path is wrong, not the id. */
const meaningOf = (answer: HttpAnswer): 'not-found' | RecordsErrorCode | undefined => {
  const code = codeOf(answer);
  if (code === CODE.notFound) return 'not-found';
  if (code === CODE.lacksPermission) return 'right-missing';
  return code === CODE.permissionDenied ? 'credential-refused' : undefined;
};

const firstPage = (filter: Record<string, string>): URLSearchParams =>
  new URLSearchParams({ ...filter, PageSize: String(PAGE_SIZE) });

/** Only the page is taken from the address the provider names: a request elsewhere would carry the key there. */
const nextPage = (first: URLSearchParams, uri: unknown): URLSearchParams | undefined => {
  if (typeof uri !== 'string' || uri === '') return undefined;
  const named = new URLSearchParams(uri.split('?')[1] ?? '');
  for (const name of ['Page', 'PageToken']) {
    const value = named.get(name);
    if (value !== null) first.set(name, value);
  }
  return first;
};

/** A Messaging Service picks the sender: then only the recipient is known. */
const filterOf = ({ channel, to, from, sentAt }: SoughtMessage & { readonly to: string }): Record<string, string> => {
  const prefix = channel === 'whatsapp' ? 'whatsapp:' : '';
  return {
    To: `${prefix}${to}`,
    ...(from.startsWith('MG') ? {} : { From: `${prefix}${from}` }),
    'DateSent>': moment(sentAt - AROUND.before),
    'DateSent<': moment(sentAt + AROUND.after),
  };
};

/** ISO 8601 without fractions, as Twilio's examples have it. */
const moment = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** The highest price over all carriers and kinds of sender, since neither is known before a message is sent. */
const dearest = (country: Readonly<Record<string, unknown>> | undefined): Money | null => {
  if (country === undefined) return null;
  const lists = listIn(country, 'outbound_sms_prices').flatMap((carrier) => listIn(fieldsOf(carrier), 'prices'));
  const prices = lists.flatMap((entry) => moneyOf(fieldsOf(entry).current_price, country.price_unit) ?? []);
  return prices.reduce<Money | null>((top, price) => (top !== null && top.micros >= price.micros ? top : price), null);
};
