import { type CredentialManager, CredentialFormatError, ProviderCallError } from '../../shared/credential-manager.ts';
import type { HttpCall } from '../../shared/http.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';
import { callProvider, keyCheckOf, MANAGEMENT_TIMEOUT_MS } from '../management-call.ts';
import { D7_BASE_URL } from './adapter.ts';
import { d7SendingCredential, d7TokenOf, jwtLifetime } from './sending-credential.ts';

export interface D7ManagerOptions {
  readonly http: HttpCall;
  /** @default 'https://api.d7networks.com' */
  readonly baseUrl?: string;
}

/**
 * D7's tokens, minted from an application's client id and secret.
 *
 * Tokens live side by side; none can be listed, named, limited to addresses or revoked. Only deleting the application
 * in D7's control panel ends them, all at once.
 *
 * https://d7networks.com/docs/Authentication/Generate-Token
 */
export const createD7CredentialManager = ({ http, baseUrl = D7_BASE_URL }: D7ManagerOptions): CredentialManager => ({
  provider: 'd7',
  strategy: 'token-mint',
  create: async (managing) => {
    const { access_token: token } = await callProvider(http, 'minting a D7 token', {
      method: 'POST',
      url: `${baseUrl}/auth/v1/login/application`,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: loginForm(managing),
    });
    if (typeof token !== 'string' || token === '') {
      throw new ProviderCallError('provider-answer-unreadable', 'minting a D7 token was answered without a token');
    }
    return { value: d7SendingCredential(token), providerKeyId: null };
  },
  listLive: () => Promise.resolve([]),
  revoke: () => Promise.resolve('not-found'),
  check: async (sending) =>
    keyCheckOf(
      await http({
        method: 'GET',
        url: `${baseUrl}/messages/v1/balance`,
        headers: { authorization: `Bearer ${d7TokenOf(sending).reveal()}`, accept: 'application/json' },
        timeoutMs: MANAGEMENT_TIMEOUT_MS,
      }),
    ),
  // The only call that takes the client secret mints a token that nobody could ever revoke.
  checkManaging: () => Promise.resolve('untestable'),
  keyIdOf: () => null,
  managingKeyIdOf: () => null,
  lifetimeOf: (sending) => jwtLifetime(d7TokenOf(sending)),
});

const loginForm = (managing: SecretValue): string => {
  const { clientId, clientSecret } = fieldsOf(jsonOf(managing.reveal()));
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string') {
    throw new CredentialFormatError('the managing credential of D7 must be {"clientId": "...", "clientSecret": "..."}');
  }
  return new URLSearchParams({ client_id: clientId, client_secret: clientSecret }).toString();
};
