import { iso } from '../../shared/clock.ts';
import {
  CredentialFormatError,
  type CredentialManager,
  type KeyCheck,
  type ListedKey,
  ProviderCallError,
  type ProviderCallCode,
} from '../../shared/credential-manager.ts';
import type { HttpCall, HttpResult } from '../../shared/http.ts';
import { fieldsOf } from '../../shared/json.ts';
import { callProvider, keyCheckOf, MANAGEMENT_TIMEOUT_MS } from '../management-call.ts';
import { TWILIO_API_URL } from './adapter.ts';
import { basicOf, twilioCredential, type TwilioKey, twilioKeyOf } from './api-key.ts';
import { CODE, codeOf } from './error-codes.ts';
import { friendlyNameOf, nameOf } from './friendly-name.ts';

const TWILIO_IAM_URL = 'https://iam.twilio.com';

export interface TwilioManagerOptions {
  readonly http: HttpCall;
  /** In place of both hosts. @default - Twilio's own: keys at `iam.twilio.com`, messages at `api.twilio.com` */
  readonly baseUrl?: string;
}

/** What a sending key may do: send, and look a message up by its id. Reading lists is another permission. */
export const PERMISSIONS: readonly string[] = ['/twilio/messaging/messages/create', '/twilio/messaging/messages/read'];

/** Largest page of the key list; and pages read at most, since nothing says how many there are. */
const PAGE_SIZE = 1000;
const MAX_PAGES = 50;
/** A message no account has: asking for it reads nothing and sends nothing. */
const NO_MESSAGE = `SM${'0'.repeat(32)}`;

/**
 * Twilio's API keys, managed with a Main key.
 *
 * A key is created restricted to {@link PERMISSIONS} and read back, since the answer's policy is not what binds: Twilio's
 * older endpoint takes a policy and makes a Standard key all the same. It can be bound neither to addresses nor to an expiry.
 * Revoking deletes it.
 *
 * A key is checked by fetching a message that does not exist: "not found" takes a known key with the permission to
 * read.
 *
 * Twilio's OpenAPI `twilio_iam_v1`, `/v1/Keys`; https://www.twilio.com/docs/iam/api-keys/restricted-api-keys
 */
export const createTwilioCredentialManager = ({ http, baseUrl }: TwilioManagerOptions): CredentialManager => {
  const keysUrl = `${baseUrl ?? TWILIO_IAM_URL}/v1/Keys`;
  const call = async (
    what: string,
    managing: TwilioKey,
    method: string,
    url: string,
    form?: Record<string, string>,
  ) => {
    try {
      return await callProvider(http, what, {
        method,
        url,
        headers: {
          authorization: basicOf(managing),
          accept: 'application/json',
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
      });
    } catch (error: unknown) {
      // Twilio limits how much is under way at once, not how many keys are made.
      throw hasCode(error, 'provider-key-quota-used-up')
        ? new ProviderCallError('provider-unreachable', error.message)
        : error;
    }
  };
  const remove = (managing: TwilioKey, sid: string) =>
    call('deleting a Twilio API key', managing, 'DELETE', `${keysUrl}/${encodeURIComponent(sid)}`);
  const listPage = (managing: TwilioKey, next: URLSearchParams) =>
    call('listing the Twilio API keys', managing, 'GET', `${keysUrl}?${next.toString()}`);
  const firstPage = ({ accountSid }: TwilioKey, pageSize = PAGE_SIZE): URLSearchParams =>
    new URLSearchParams({ AccountSid: accountSid, PageSize: String(pageSize) });

  return {
    provider: 'twilio',
    strategy: 'dual-key',
    create: async (managing, { name }) => {
      const main = twilioKeyOf(managing);
      const { sid, secret } = await call('creating a Twilio API key', main, 'POST', keysUrl, {
        AccountSid: main.accountSid,
        FriendlyName: friendlyNameOf(name),
        KeyType: 'restricted',
        Policy: JSON.stringify({ allow: PERMISSIONS }),
      });
      if (typeof sid !== 'string' || typeof secret !== 'string') {
        throw new ProviderCallError('provider-answer-unreadable', 'creating a Twilio API key was answered without it');
      }
      const made = await readBack(() => call('reading a new Twilio API key', main, 'GET', `${keysUrl}/${sid}`));
      if (!isAsRequested(made.policy)) {
        await remove(main, sid);
        throw new ProviderCallError('key-not-as-requested', 'Twilio made a key with other permissions');
      }
      return { value: twilioCredential(main.accountSid, sid, secret), providerKeyId: sid };
    },
    listLive: async (managing) => {
      const main = twilioKeyOf(managing);
      const keys: ListedKey[] = [];
      let next: URLSearchParams | undefined = firstPage(main);
      for (let page = 0; next !== undefined; page += 1) {
        if (page === MAX_PAGES) {
          throw new ProviderCallError('provider-answer-unreadable', 'the list of the Twilio API keys has no end');
        }
        const answer = await listPage(main, next);
        keys.push(...listedKeys(answer.keys));
        next = nextPage(firstPage(main), fieldsOf(answer.meta).next_page_url);
      }
      return keys;
    },
    revoke: async (managing, providerKeyId) => {
      try {
        await remove(twilioKeyOf(managing), providerKeyId);
        return 'revoked';
      } catch (error: unknown) {
        if (hasCode(error, 'provider-object-missing')) return 'not-found';
        throw error;
      }
    },
    check: async (sending) => {
      const key = twilioKeyOf(sending);
      return verdictOf(
        await http({
          method: 'GET',
          url: `${baseUrl ?? TWILIO_API_URL}/2010-04-01/Accounts/${key.accountSid}/Messages/${NO_MESSAGE}.json`,
          headers: { authorization: basicOf(key), accept: 'application/json' },
          timeoutMs: MANAGEMENT_TIMEOUT_MS,
        }),
      );
    },
    checkManaging: async (managing) => {
      try {
        const main = twilioKeyOf(managing);
        await listPage(main, firstPage(main, 1));
        return 'ok';
      } catch (error: unknown) {
        if (error instanceof CredentialFormatError) return 'refused';
        if (!(error instanceof ProviderCallError)) throw error;
        if (error.code === 'address-refused') return 'address-refused';
        return REFUSED.includes(error.code) ? 'refused' : 'unreachable';
      }
    },
    keyIdOf: (sending) => twilioKeyOf(sending).apiKeySid,
    managingKeyIdOf: (managing) => twilioKeyOf(managing).apiKeySid,
    lifetimeOf: () => undefined,
  };
};

/** A managing credential that names an account it does not belong to is answered "not found" or "bad request". */
const REFUSED: readonly ProviderCallCode[] = [
  'managing-credential-refused',
  'provider-object-missing',
  'provider-refused-request',
];

const hasCode = (error: unknown, code: ProviderCallCode): error is ProviderCallError =>
  error instanceof ProviderCallError && error.code === code;

/** A key that cannot be found a moment after it was made says nothing against the managing credential. */
const readBack = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error: unknown) {
    throw hasCode(error, 'provider-object-missing')
      ? new ProviderCallError('provider-unreachable', error.message)
      : error;
  }
};

const isAsRequested = (policy: unknown): boolean => {
  const { allow, ...more } = fieldsOf(policy);
  return (
    Array.isArray(allow) &&
    Object.keys(more).length === 0 &&
    allow.length === PERMISSIONS.length &&
    PERMISSIONS.every((permission) => allow.includes(permission))
  );
};

/** What is not seen in a list is deleted by nobody, and counts as gone: an unreadable one is no empty one. */
const listedKeys = (keys: unknown): ListedKey[] => {
  if (!Array.isArray(keys)) {
    throw new ProviderCallError(
      'provider-answer-unreadable',
      'listing the Twilio API keys was answered without a list',
    );
  }
  return keys.flatMap((entry: unknown) => {
    const { sid, friendly_name: name, date_created: created } = fieldsOf(entry);
    if (typeof sid !== 'string') return [];
    const createdAt = typeof created === 'string' ? Date.parse(created) : NaN;
    const named = { id: sid, name: typeof name === 'string' ? nameOf(name) : '' };
    return [Number.isNaN(createdAt) ? named : { ...named, createdAt: iso(createdAt) }];
  });
};

/** Only the page is taken from the address the provider names: a request elsewhere would carry the key there. */
const nextPage = (first: URLSearchParams, url: unknown): URLSearchParams | undefined => {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const { searchParams } = new URL(url);
  for (const name of ['Page', 'PageToken']) {
    const value = searchParams.get(name);
    if (value !== null) first.set(name, value);
  }
  return first;
};

const verdictOf = (result: HttpResult): KeyCheck => {
  const code = result.kind === 'response' ? codeOf(result) : undefined;
  if (code === CODE.notFound) return 'ok';
  if (code === CODE.permissionDenied) return 'refused';
  return code === CODE.lacksPermission ? 'lacks-scope' : keyCheckOf(result);
};
