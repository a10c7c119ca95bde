import { systemClock } from '../../shared/clock.ts';
import type { Channel } from '../../shared/contract.ts';
import {
  type Access,
  type MessageListing,
  type ProviderRecord,
  type ProviderRecords,
  RecordsError,
} from '../../shared/provider-records.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { fieldsOf } from '../http-answer.ts';
import type { HttpProviderOptions } from '../http-provider.ts';
import { absent, foundOr, listIn, moneyOf, readRecords, textOf } from '../records-call.ts';
import { INFOBIP_BASE_URL } from './adapter.ts';
import { authorizationOf } from './authorization.ts';
import { messageIdOf } from './message-id.ts';
import { isRefusedRepeat, momentText, recordOf } from './record.ts';

/** Channels with a log that can be read again and again. None is documented for WhatsApp. */
const LOGS = { sms: '/sms/3/logs', viber: '/viber/2/logs' } as const;
const LOGGED = Object.keys(LOGS) as (keyof typeof LOGS)[];
const isLogged = (channel: Channel): channel is keyof typeof LOGS => channel in LOGS;

/** Largest page of a log, and pages read at most: 120 calls a minute are allowed. */
const PAGE_SIZE = 1000;
const MAX_PAGES = 100;

/** The scope of the reports is inferred from its name. */
const LOOK_UP: Access = {
  credential: 'reading',
  rights: ['sms:logs:read', 'viber-bm:logs:read', 'messages-api:manage'],
};

/**
 * Infobip's logs and its balance.
 *
 * A sending key has the scopes to send and no other. The logs need another key with the scopes of `access`, or the
 * portal user; the balance needs the scope `account-management:manage`, which is as wide as that user. Both kinds of credential
 * are taken.
 *
 * A message is asked about by the id we chose, which is Infobip's own id, too. Logs may be read again and go back 48
 * hours. For WhatsApp there are reports only: each is shown once, and only after the message came to its end.
 *
 * Infobip's OpenAPI 3.210.0: `GET /sms/3/logs`, `GET /viber/2/logs`, `GET /messages-api/1/reports`,
 * `GET /account/1/balance`. It has no prices.
 */
export const createInfobipRecords = ({
  http,
  baseUrl = INFOBIP_BASE_URL,
  clock = systemClock,
}: HttpProviderOptions): ProviderRecords => {
  const limits = { lagMs: 2 * 60_000, keptMs: 48 * 3_600_000 };
  const read = (what: string, path: string, query: Record<string, string>, credential: SecretValue) =>
    readRecords(http, {
      what,
      url: baseUrl + path + (Object.keys(query).length > 0 ? `?${new URLSearchParams(query).toString()}` : ''),
      authorization: authorizationOf(credential),
    });

  const listChannel = async (
    channel: keyof typeof LOGS,
    query: Record<string, string>,
    credential: SecretValue,
  ): Promise<ProviderRecord[]> => {
    const records: ProviderRecord[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const asked: Record<string, string> = cursor === null ? query : { ...query, cursor };
      const answer = await read(`listing the ${channel} messages at Infobip`, LOGS[channel], asked, credential);
      const results = listIn(answer, 'results');
      records.push(...results.flatMap((entry) => recordOf(channel, entry) ?? []));
      cursor = textOf(fieldsOf(answer?.cursor).nextCursor);
      if (cursor === null || results.length === 0) return records;
    }
    throw new RecordsError('too-many', `more than ${PAGE_SIZE * MAX_PAGES} messages of ${channel} at Infobip`);
  };

  const messages: MessageListing = {
    channels: LOGGED,
    list: async ({ from, until }, credential) => {
      const query = {
        sentSince: momentText(from),
        sentUntil: momentText(until),
        limit: String(PAGE_SIZE),
        useCursor: 'true',
      };
      const lists = [];
      for (const channel of LOGGED) lists.push(await listChannel(channel, query, credential));
      return lists.flat();
    },
  };

  return {
    provider: 'infobip',
    ...limits,
    access: {
      lookUp: { 'provider-id': LOOK_UP, 'our-id': LOOK_UP },
      messages: { credential: 'reading', rights: ['sms:logs:read', 'viber-bm:logs:read'] },
      balance: { credential: 'reading', rights: ['account-management:manage'] },
    },
    lookUp: async (sought, credential) => {
      const { channel } = sought;
      const messageId = sought.providerMessageId ?? messageIdOf(sought);
      const [path, query] = isLogged(channel)
        ? [LOGS[channel], { messageId }]
        : ['/messages-api/1/reports', { channel: 'WHATSAPP', messageId }];
      const entries = listIn(await read('looking up a message at Infobip', path, query, credential), 'results').filter(
        (entry) => fieldsOf(entry).messageId === messageId,
      );
      const [first] = entries.filter((entry) => !isRefusedRepeat(entry));
      return foundOr(recordOf(channel, first), () => {
        if (entries.length > 0) return { kind: 'not-shown', reason: 'hidden' };
        return isLogged(channel) ? absent(limits, sought, clock.now()) : { kind: 'not-shown', reason: 'shown-once' };
      });
    },
    messages,
    balance: async (credential) => {
      const answer = (await read('reading the Infobip balance', '/account/1/balance', {}, credential)) ?? {};
      const balance = moneyOf(answer.balance, answer.currency);
      if (balance !== null) return balance;
      throw new RecordsError('answer-unreadable', 'reading the Infobip balance was answered without one');
    },
  };
};
