import type { ProviderCall, ProviderReply } from '../provider.ts';
import { isObject } from '../settings.ts';
import type { Validate } from '../validation.ts';
import { rfc2822 } from './account.ts';
import { errorReply } from './errors.ts';
import type { ApiKey, KeyRing, Policy } from './keys.ts';
import { pageOf } from './paging.ts';
import { validateKeyChange, validateNewKey, validatePolicy, type KeyForm } from './schemas.ts';

const COLLECTION = '/v1/Keys';
/** Of the API of 2010: it knows no policies, and what is made there is a Standard key. */
export const OLD_COLLECTION = /^\/2010-04-01\/Accounts\/[^/]+\/Keys\.json$/;

/**
 * `/v1/Keys`: create, list, fetch, update, delete.
 *
 * @param call already known to come from somebody who may manage keys.
 */
export function handleKeys(call: ProviderCall, keys: KeyRing, accountSid: string): ProviderReply {
  const sid = call.path.slice(COLLECTION.length + 1);
  if (sid === '') {
    if (call.method === 'POST') return create(call, keys, accountSid);
    return call.method === 'GET' ? listKeys(call, keys, accountSid) : errorReply(20004);
  }
  const key = keys.find(sid);
  if (!key) return errorReply(20404, call.path);
  if (call.method === 'GET') return { status: 200, body: { ...shown(key), policy: key.policy } };
  if (call.method === 'DELETE') {
    keys.remove(sid);
    return { status: 204, body: undefined };
  }
  return call.method === 'POST' ? update(call, keys, key) : errorReply(20004);
}

/** `POST /2010-04-01/Accounts/{Sid}/Keys.json`: takes a policy without a word and makes a Standard key. */
export function createStandardKey({ body }: ProviderCall, keys: KeyRing): ProviderReply {
  const { FriendlyName = '' } = (isObject(body) ? body : {}) as KeyForm;
  const key = keys.create(FriendlyName, null);
  return { status: 201, body: { ...shown(key), secret: key.secret } };
}

function create(call: ProviderCall, keys: KeyRing, accountSid: string): ProviderReply {
  const wrong = invalidForm(call, validateNewKey);
  if (wrong) return wrong;
  const { AccountSid, FriendlyName = '', KeyType, Policy } = call.body as KeyForm;
  if (AccountSid !== accountSid) return errorReply(20404, 'AccountSid');
  if (KeyType === undefined && Policy !== undefined) return errorReply(20001, 'Policy needs KeyType=restricted');
  const policy = KeyType === undefined ? null : policyIn(Policy);
  if (policy === undefined) return errorReply(20001, 'Policy');
  const key = keys.create(FriendlyName, policy);
  return { status: 201, body: { ...shown(key), secret: key.secret, policy: key.policy } };
}

function update(call: ProviderCall, keys: KeyRing, key: ApiKey): ProviderReply {
  const wrong = invalidForm(call, validateKeyChange);
  if (wrong) return wrong;
  const { FriendlyName, Policy } = (call.body ?? {}) as KeyForm;
  const policy = Policy === undefined ? key.policy : policyIn(Policy);
  // A Standard key cannot be narrowed, nor a restricted one widened to everything.
  if (policy === undefined || (policy === null) !== (key.policy === null)) return errorReply(20001, 'Policy');
  const changed = keys.update(key.sid, { friendlyName: FriendlyName ?? key.friendlyName, policy }) ?? key;
  return { status: 200, body: { ...shown(changed), policy: changed.policy } };
}

function listKeys({ path, query }: ProviderCall, keys: KeyRing, accountSid: string): ProviderReply {
  if (query.get('AccountSid') !== accountSid) return errorReply(20404, 'AccountSid');
  const page = pageOf(keys.list(), path, query);
  if (!page) return errorReply(20001, 'paging');
  const absolute = (link: string | null): string | null => link && `https://iam.twilio.com${link}`;
  return {
    status: 200,
    body: {
      keys: page.items.map((key) => ({ ...shown(key), flags: ['rest_api', 'signing'] })),
      meta: {
        page: page.index,
        page_size: page.size,
        first_page_url: absolute(page.first),
        previous_page_url: absolute(page.previous),
        url: absolute(page.current),
        next_page_url: absolute(page.next),
        key: 'keys',
      },
    },
  };
}

/** Everything but the secret, which is told once. */
const shown = ({ sid, friendlyName, createdAt, updatedAt }: ApiKey): object => ({
  sid,
  friendly_name: friendlyName,
  date_created: rfc2822(createdAt),
  date_updated: rfc2822(updatedAt),
});

/** Undefined: it is none. */
function policyIn(text: string | undefined): Policy | undefined {
  try {
    const policy: unknown = JSON.parse(text ?? '');
    return validatePolicy(policy).length === 0 ? (policy as Policy) : undefined;
  } catch {
    return undefined;
  }
}

/** Also tells a malformed body from one of the wrong kind. */
export function invalidForm({ body, encoding }: ProviderCall, validate: Validate): ProviderReply | undefined {
  if (encoding !== 'form' && encoding !== 'none') return errorReply(20001, 'the body must be a form');
  const [wrong] = validate(body ?? {});
  return wrong ? errorReply(20001, `${wrong.path.join('.')} ${wrong.message}`) : undefined;
}
