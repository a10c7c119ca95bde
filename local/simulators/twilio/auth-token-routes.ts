import type { Clock } from '../clock.ts';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import { isoSeconds, type TwilioAccount } from './account.ts';
import { errorReply } from './errors.ts';

/** `/v1/AuthTokens/Secondary` and `/v1/AuthTokens/Promote`: how an account's auth token is replaced. */
export function handleAuthTokens({ method, path }: ProviderCall, account: TwilioAccount, clock: Clock): ProviderReply {
  const shown = {
    account_sid: account.sid,
    date_created: isoSeconds(clock),
    date_updated: isoSeconds(clock),
    url: `https://accounts.twilio.com${path}`,
  };
  if (path.endsWith('/Promote')) {
    if (method !== 'POST') return errorReply(20004);
    const token = account.promote();
    return token === undefined
      ? errorReply(20404, 'no secondary auth token')
      : { status: 200, body: { ...shown, auth_token: token } };
  }
  if (method === 'POST') return { status: 201, body: { ...shown, secondary_auth_token: account.createSecondary() } };
  if (method !== 'DELETE') return errorReply(20004);
  return account.deleteSecondary() ? { status: 204, body: undefined } : errorReply(20404, 'no secondary auth token');
}
