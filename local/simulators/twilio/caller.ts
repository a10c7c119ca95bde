import type { TwilioAccount } from './account.ts';
import type { ApiKey, KeyRing } from './keys.ts';

/** Whose credentials a call carries. */
export interface Caller {
  readonly credentialId: string;
  readonly kind: 'account' | ApiKey['kind'];
  /** What it may do; `null`: everything its kind may. */
  readonly allow: readonly string[] | null;
}

/** Reads Basic credentials: the account's SID with an auth token, or a key's SID with its secret. Undefined: neither. */
export function callerOf(authorization: string | undefined, account: TwilioAccount, keys: KeyRing): Caller | undefined {
  const [, encoded = ''] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? [];
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  if (user === account.sid) {
    return account.accepts(password) ? { credentialId: account.sid, kind: 'account', allow: null } : undefined;
  }
  const key = keys.authenticate(user, password);
  return key && { credentialId: key.sid, kind: key.kind, allow: key.policy?.allow ?? null };
}

/** Whether the caller may manage keys and auth tokens: Standard and restricted keys may not. */
export const mayManage = ({ kind }: Caller): boolean => kind === 'account' || kind === 'main';

export const isAllowed = ({ allow }: Caller, permission: string): boolean => allow?.includes(permission) ?? true;
