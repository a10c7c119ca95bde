import { systemClock } from '../../shared/clock.ts';
import type { Channel } from '../../shared/contract.ts';
import {
  type Access,
  type LookUp,
  type MessageListing,
  type ProviderRecord,
  type ProviderRecords,
  RecordsError,
  type SoughtMessage,
} from '../../shared/provider-records.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { fieldsOf } from '../../shared/json.ts';
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

const NO_QUERY = new URLSearchParams();

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
 * A message is asked about by the id we chose, which is Infobip's own id, too; logs take many ids in one of the 120 calls a
 * minute. They may be read again and go back 48 hours. For WhatsApp there are reports only: each is shown once, and only after the message came to its end.
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
  const read = (what: string, path: string, query: URLSearchParams, credential: SecretValue) =>
    readRecords(http, {
      what,
      url: baseUrl + path + (query.size > 0 ? `?${query.toString()}` : ''),
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
      const asked = new URLSearchParams(cursor === null ? query : { ...query, cursor });
      const answer = await read(`listing the ${channel} messages at Infobip`, LOGS[channel], asked, credential);
      const results = listIn(answer, 'results');
      records.push(...results.flatMap((entry) => recordOf(channel, entry) ?? []));
      cursor = textOf(fieldsOf(answer?.cursor).nextCursor);
      if (cursor === null || results.length === 0) return records;
    }
    throw new RecordsError('too-many', `more than ${PAGE_SIZE * MAX_PAGES} messages of ${channel} at Infobip`);
  };

  /** Logs take several ids at once. Of more messages than one they show 50 entries unless told otherwise. */
  const lookUpIn = async (
    channel: keyof typeof LOGS,
    sought: readonly SoughtMessage[],
    credential: SecretValue,
  ): Promise<readonly LookUp[]> => {
    const query = new URLSearchParams(sought.map((each): [string, string] => ['messageId', idAt(each)]));
    if (sought.length > 1) query.set('limit', String(PAGE_SIZE));
    const answer = await read('looking up messages at Infobip', LOGS[channel], query, credential);
    const entries = listIn(answer, 'results');
    return sought.map((each) => recordIn(entries, each, () => absentOf(each)));
  };
  const absentOf = (sought: SoughtMessage): LookUp => absent(limits, sought, clock.now());

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
      if (isLogged(channel)) return (await lookUpIn(channel, [sought], credential))[0] ?? absentOf(sought);
      const messageId = idAt(sought);
      const query = new URLSearchParams({ channel: 'WHATSAPP', messageId });
      const answer = await read('looking up a message at Infobip', '/messages-api/1/reports', query, credential);
      return recordIn(listIn(answer, 'results'), sought, () => ({ kind: 'not-shown', reason: 'shown-once' }));
    },
    together: {
      channels: LOGGED,
      lookUp: async (sought, credential) => {
        const channel = sought[0]?.channel;
        return channel !== undefined && isLogged(channel) ? lookUpIn(channel, sought, credential) : [];
      },
    },
    messages,
    balance: async (credential) => {
      const answer = (await read('reading the Infobip balance', '/account/1/balance', NO_QUERY, credential)) ?? {};
      const balance = moneyOf(answer.balance, answer.currency);
      if (balance !== null) return balance;
      throw new RecordsError('answer-unreadable', 'reading the Infobip balance was answered without one');
    },
  };
};

/** The id that Infobip knows a message by. */
const idAt = (sought: SoughtMessage): string => sought.providerMessageId ?? messageIdOf(sought);

/** What entries say of a message; the refusal of a repeat hides what became of the message itself. */
const recordIn = (entries: readonly unknown[], sought: SoughtMessage, otherwise: () => LookUp): LookUp => {
  const messageId = idAt(sought);
  const own = entries.filter((entry) => fieldsOf(entry).messageId === messageId);
  const [first] = own.filter((entry) => !isRefusedRepeat(entry));
  return foundOr(recordOf(sought.channel, first), () =>
    own.length > 0 ? { kind: 'not-shown', reason: 'hidden' } : otherwise(),
  );
};
