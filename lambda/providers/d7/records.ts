import type { Channel } from '../../shared/contract.ts';
import {
  type DeliveryState,
  type ProviderRecord,
  type ProviderRecords,
  RecordsError,
} from '../../shared/provider-records.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';
import type { HttpAnswer } from '../http-answer.ts';
import type { HttpProviderOptions } from '../http-provider.ts';
import { systemClock } from '../../shared/clock.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { absent, countOf, listIn, moneyOf, readRecords, stateOf, textOf, withPlus } from '../records-call.ts';
import { D7_BASE_URL } from './adapter.ts';
import { d7TokenOf } from './sending-credential.ts';

/** Where a channel's report is, how it counts, and what it says of an id it does not know. */
const REPORTS: Readonly<Record<Channel, { readonly path: string; readonly parts: string; readonly cost: string }>> = {
  sms: { path: '/report/v1/message-log', parts: 'number_of_sms', cost: 'sms_cost' },
  viber: { path: '/report/v1/viber-log', parts: 'number_of_viber_message', cost: 'viber_cost' },
  // Tells neither parts nor cost.
  whatsapp: { path: '/whatsapp/v2/report', parts: '', cost: '' },
};

/**
 * D7's reports, its balance and its prices, all read with the sending token: D7 has no scopes.
 *
 * A message can be asked about by the `request_id` of its answer and by nothing else, and there is no list. So an
 * outcome whose answer was lost stays unknown, and what a stranger sends shows in the balance alone. D7 names no
 * currency anywhere.
 *
 * https://d7networks.com/docs/SMS/Get-Status, https://d7networks.com/docs/Whatsapp/Get-Status,
 * https://d7networks.com/docs/Viber/Get-Status, https://d7networks.com/docs/Pricing/SMS/
 */
export const createD7Records = ({
  http,
  baseUrl = D7_BASE_URL,
  clock = systemClock,
}: HttpProviderOptions): ProviderRecords => {
  // Lag: what reconciliation by the balance assumes. How long a report is kept is not documented.
  const limits = { lagMs: 15 * 60_000, keptMs: null };
  const read = (what: string, path: string, credential: SecretValue) =>
    readRecords(http, {
      what,
      url: baseUrl + path,
      authorization: `Bearer ${d7TokenOf(credential).reveal()}`,
      meaningOf: (answer) => (isUnknownReport(answer) ? 'not-found' : undefined),
    });
  return {
    provider: 'd7',
    ...limits,
    access: {
      lookUp: { 'provider-id': { credential: 'sending' } },
      balance: { credential: 'sending' },
      prices: { credential: 'sending' },
    },
    lookUp: async (sought, credential) => {
      const { providerMessageId: id, channel } = sought;
      if (id === null) return { kind: 'cannot-ask' };
      const path = `${REPORTS[channel].path}/${encodeURIComponent(id)}`;
      const report = await read('reading a D7 report', path, credential);
      if (report === undefined) return absent(limits, sought, clock.now());
      return { kind: 'found', record: recordOf(id, channel, sought.to, listIn(report, 'messages')) };
    },
    balance: async (credential) => {
      const balance = moneyOf(
        (await read('reading the D7 balance', '/messages/v1/balance', credential))?.balance,
        null,
      );
      if (balance !== null) return balance;
      throw new RecordsError('answer-unreadable', 'reading the D7 balance was answered without one');
    },
    prices: async (countries, credential) => {
      const prices = (await read('reading the D7 prices', '/messages/v1/sms/pricing', credential)) ?? {};
      return Object.fromEntries(
        countries.flatMap((country) => {
          const price = Object.hasOwn(prices, country) ? moneyOf(prices[country], null) : null;
          return price === null ? [] : [[country, price]];
        }),
      );
    },
  };
};

/** `{"detail": {"code": "MESSAGE_LOG_NOT_EXISTS"}}`: any other 404 says that the path is wrong, not the id. */
const isUnknownReport = ({ status, body }: HttpAnswer): boolean => {
  const { code } = fieldsOf(fieldsOf(jsonOf(body)).detail);
  return status === 404 && typeof code === 'string' && code.endsWith('_LOG_NOT_EXISTS');
};

/** A call of ours has one recipient; before D7 has looked at it the report has none. */
const recordOf = (id: string, channel: Channel, to: string | null, messages: readonly unknown[]): ProviderRecord => {
  const message = fieldsOf(messages[0]);
  const { parts, cost } = REPORTS[channel];
  return {
    providerMessageId: id,
    ourId: textOf(fieldsOf(message.reference).cust_ref),
    channel,
    to: withPlus(textOf(message.recipient) ?? to ?? ''),
    from: textOf(message.originator),
    acceptedAt: null,
    segments: countOf(message[parts]),
    price: moneyOf(message[cost], null),
    state: messages.length === 0 ? stateOf('accepted') : stateOfWord(message.status),
  };
};

/** D7's words, of all three channels: the documentation of each names some of them. */
const STATES: Readonly<Record<string, DeliveryState>> = {
  accepted: stateOf('accepted'),
  scheduled: stateOf('accepted'),
  sent: stateOf('accepted'),
  delivered: stateOf('delivered'),
  read: stateOf('delivered', 'read'),
  un_delivered: stateOf('undelivered'),
  undelivered: stateOf('undelivered'),
  not_reachable: stateOf('undelivered', 'not-reachable'),
  spam_content: stateOf('rejected', 'spam-content'),
  insufficient_credit: stateOf('rejected', 'insufficient-credit'),
};

/** What a word of D7's says of a message. */
export const stateOfWord = (status: unknown): DeliveryState =>
  (typeof status === 'string' && Object.hasOwn(STATES, status) ? STATES[status] : undefined) ?? stateOf('unrecognised');
