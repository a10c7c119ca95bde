import type { Channel } from '../../shared/contract.ts';
import {
  type CredentialManager,
  type KeyBinding,
  type ListedKey,
  type NewKey,
  ProviderCallError,
} from '../../shared/credential-manager.ts';
import type { HttpCall } from '../../shared/http.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { fieldsOf } from '../../shared/json.ts';
import { callProvider, keyCheckOf, MANAGEMENT_TIMEOUT_MS } from '../management-call.ts';
import { INFOBIP_BASE_URL } from './adapter.ts';
import { basicOf } from './authorization.ts';
import { infobipKeyOf, infobipSendingCredential } from './sending-credential.ts';

export interface InfobipManagerOptions {
  readonly http: HttpCall;
  /** @default 'https://api.infobip.com' */
  readonly baseUrl?: string;
}

const KEYS = '/settings/2/api-keys';
/** Largest page of the key list, and the highest page: Infobip's OpenAPI 3.210.0, `GET /settings/2/api-keys`. */
const PAGE_SIZE = 100;
const MAX_PAGES = 101;
/** Documented for `PUT /settings/2/api-keys/{apiKeyId}`, apart from as many creations. */
const CHANGES_PER_DAY = 40;

/** What a key needs to send on a channel, and nothing more. */
const SCOPES: Readonly<Record<Channel, string>> = {
  sms: 'sms:message:send',
  whatsapp: 'whatsapp:message:send',
  viber: 'viber-bm:message:send',
};

/**
 * Infobip's API keys, managed with a portal user's name and password (the endpoints take no API key).
 *
 * A key is created bound to addresses, scopes and an expiry, and the answer is held against what was asked. Revoking
 * is disabling: there is no way to delete a key. 40 creations and 40 changes a day per account.
 *
 * A key is checked by asking how an SMS would be split, which sends nothing and needs the scope to send. The balance
 * would need a scope as wide as the portal user's. A key without SMS is answered 403, and that proves as much:
 * Infobip knows the key and takes it from this address. A 403 to a key that is for SMS says that it cannot send.
 *
 * Infobip's OpenAPI 3.210.0, tag `api-keys`; `POST /sms/1/preview`.
 */
export const createInfobipCredentialManager = (options: InfobipManagerOptions): CredentialManager => {
  const { http, baseUrl = INFOBIP_BASE_URL } = options;
  const listPage = async (managing: SecretValue, page: number) =>
    callProvider(http, 'listing the Infobip API keys', {
      method: 'GET',
      url: `${baseUrl}${KEYS}?enabled=true&size=${PAGE_SIZE}&page=${page}`,
      headers: headers(managing),
    });
  const update = (what: string, managing: SecretValue, id: string, change: object) =>
    callProvider(http, what, {
      method: 'PUT',
      url: `${baseUrl}${KEYS}/${encodeURIComponent(id)}`,
      headers: headers(managing),
      body: JSON.stringify(change),
    });
  const disable = async (managing: SecretValue, id: string): Promise<void> => {
    await update('disabling an Infobip API key', managing, id, { enabled: false });
  };

  return {
    provider: 'infobip',
    strategy: 'dual-key',
    addressBinding: {
      changesPerDay: CHANGES_PER_DAY,
      bind: async (managing, id, entries) => {
        const what = 'changing the addresses of an Infobip API key';
        const { allowedIPs, enabled } = await update(what, managing, id, { allowedIPs: entries });
        if (!sameSet(allowedIPs, entries) || enabled === false) {
          throw new ProviderCallError('key-not-as-requested', 'Infobip left a key with other addresses, or disabled');
        }
      },
    },
    create: async (managing, binding) => {
      if (binding.allowedAddresses.length === 0) {
        throw new ProviderCallError('key-not-as-requested', 'an Infobip key without allowed addresses is not created');
      }
      const wanted = wantedKey(binding);
      const answer = await callProvider(http, 'creating an Infobip API key', {
        method: 'POST',
        url: `${baseUrl}${KEYS}`,
        headers: headers(managing),
        body: JSON.stringify(wanted),
      });
      const { id, apiKeySecret, allowedIPs, scopeGuids } = answer;
      if (typeof id !== 'string' || typeof apiKeySecret !== 'string') {
        throw new ProviderCallError(
          'provider-answer-unreadable',
          'creating an Infobip API key was answered without it',
        );
      }
      if (!sameSet(allowedIPs, wanted.allowedIPs) || !sameSet(scopeGuids, wanted.scopeGuids)) {
        await disable(managing, id);
        throw new ProviderCallError('key-not-as-requested', 'Infobip made a key with other addresses or scopes');
      }
      return { value: infobipSendingCredential(id, apiKeySecret), providerKeyId: id } satisfies NewKey;
    },
    listLive: async (managing) => {
      const keys: ListedKey[] = [];
      for (let page = 0, pages = 1; page < pages; page += 1) {
        const { apiKeys, paging } = await listPage(managing, page);
        keys.push(...listedKeys(apiKeys));
        pages = Number(fieldsOf(paging).totalPages ?? 1);
        if (Number.isNaN(pages) || pages > MAX_PAGES) throw unreadableList();
      }
      return keys;
    },
    revoke: async (managing, providerKeyId) => {
      try {
        await disable(managing, providerKeyId);
        return 'revoked';
      } catch (error: unknown) {
        if (error instanceof ProviderCallError && error.code === 'provider-object-missing') return 'not-found';
        throw error;
      }
    },
    check: async (sending, channels) => {
      const result = await http({
        method: 'POST',
        url: `${baseUrl}/sms/1/preview`,
        headers: {
          authorization: `App ${infobipKeyOf(sending).apiKey.reveal()}`,
          accept: 'application/json',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ text: 'Keyroom' }),
        timeoutMs: MANAGEMENT_TIMEOUT_MS,
      });
      const check = keyCheckOf(result);
      if (check !== 'unreachable' || result.kind !== 'response' || result.status !== 403) return check;
      return channels.includes('sms') ? 'lacks-scope' : 'ok';
    },
    checkManaging: async (managing) => {
      try {
        await listPage(managing, 0);
        return 'ok';
      } catch (error: unknown) {
        if (!(error instanceof ProviderCallError)) throw error;
        if (error.code === 'managing-credential-refused') return 'refused';
        return error.code === 'address-refused' ? 'address-refused' : 'unreachable';
      }
    },
    keyIdOf: (sending) => infobipKeyOf(sending).apiKeyId,
    managingKeyIdOf: () => null,
    lifetimeOf: () => undefined,
  };
};

const headers = (managing: SecretValue): Record<string, string> => ({
  authorization: basicOf(managing),
  accept: 'application/json',
  'content-type': 'application/json',
});

const wantedKey = ({ name, allowedAddresses, channels, validUntil }: KeyBinding) => ({
  name,
  allowedIPs: allowedAddresses,
  // UTC without a zone, as the specification's examples have it.
  validTo: new Date(validUntil).toISOString().slice(0, 19),
  scopeGuids: channels.map((channel) => SCOPES[channel]),
});

const sameSet = (got: unknown, wanted: readonly string[]): boolean =>
  Array.isArray(got) && got.length === wanted.length && wanted.every((entry) => got.includes(entry));

/** The name, id and addresses of each key. The list also holds every key's value: nothing else of it is kept. */
const listedKeys = (apiKeys: unknown): ListedKey[] => {
  if (!Array.isArray(apiKeys)) throw unreadableList();
  return apiKeys.flatMap((entry: unknown) => {
    const { id, name, enabled, allowedIPs } = fieldsOf(entry);
    if (typeof id !== 'string' || enabled === false) return [];
    const named = { id, name: typeof name === 'string' ? name : '' };
    return [Array.isArray(allowedIPs) ? { ...named, allowedAddresses: allowedIPs.map(String) } : named];
  });
};

/** What is not seen in a list is disabled by nobody, and counts as gone: half a list is worse than none. */
const unreadableList = (): ProviderCallError =>
  new ProviderCallError('provider-answer-unreadable', 'listing the Infobip API keys was answered without a whole list');
