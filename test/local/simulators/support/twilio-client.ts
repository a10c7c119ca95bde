import twilio from 'twilio';
import type { Harness } from './harness.ts';

/** Who the SDK is: an account by its auth token, or a key of the account. */
export interface SdkLogin {
  readonly accountSid: string;
  readonly user: string;
  readonly password: string;
}

/** Twilio's own SDK; all of its hosts are the simulator, which it finds by TLS like the real ones. */
export function createSdk(harness: Harness, { accountSid, user, password }: SdkLogin) {
  class Redirected extends twilio.RequestClient {
    override request<T>(options: Parameters<typeof twilio.RequestClient.prototype.request<T>>[0]) {
      const url = new URL(options.uri);
      if (!url.hostname.endsWith('.twilio.com')) throw new Error(`the SDK calls ${url.hostname}`);
      return super.request<T>({ ...options, uri: harness.baseUrl + url.pathname + url.search });
    }
  }
  return twilio(user, password, { accountSid, httpClient: new Redirected({ ca: harness.ca, timeout: 5000 }) });
}
