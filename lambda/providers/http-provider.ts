import { type Clock, systemClock } from '../shared/clock.ts';
import { CredentialFormatError } from '../shared/credential-manager.ts';
import type { HttpCall } from '../shared/http.ts';
import type { MessagingProvider, OutgoingMessage, SendOutcome } from '../shared/messaging-provider.ts';
import type { SecretValue } from '../shared/secret-value.ts';
import { commonOutcome, type HttpAnswer } from './http-answer.ts';

/** What an adapter needs from the outside. */
export interface HttpProviderOptions {
  readonly http: HttpCall;
  /** @default - the provider's own address */
  readonly baseUrl?: string;
  /** @default - the system's */
  readonly clock?: Clock;
}

/** What tells one provider's way of sending from another's. */
export interface SendRules {
  readonly name: string;
  readonly baseUrl: string;
  /** First word of the `Authorization` header; the second one is the credential. */
  readonly scheme: string;
  /** The part of the sending secret that goes into the header. @throws CredentialFormatError */
  readonly credentialOf: (key: SecretValue) => SecretValue;
  /** The request that sends a message; why not, where the provider cannot send such a message at all. */
  readonly requestFor: (message: OutgoingMessage) => { readonly path: string; readonly body: object } | SendOutcome;
  /** The meaning of an answer of 2xx or 4xx, as far as it is the provider's own (see {@link commonOutcome}). */
  readonly outcomeOf: (answer: HttpAnswer) => SendOutcome;
}

/** A {@link MessagingProvider} that sends with one POST of JSON. */
export const createHttpProvider = (
  { http, clock = systemClock }: Omit<HttpProviderOptions, 'baseUrl'>,
  { name, baseUrl, scheme, credentialOf, requestFor, outcomeOf }: SendRules,
): MessagingProvider => ({
  name,
  send: async (message, key, deadline) => {
    const credential = credentialIn(key, credentialOf);
    if (credential === undefined) return { kind: 'key-refused', reason: 'credential-malformed' };
    const request = requestFor(message);
    if ('kind' in request) return request;
    const result = await http({
      method: 'POST',
      url: `${baseUrl}${request.path}`,
      headers: {
        authorization: `${scheme} ${credential.reveal()}`,
        accept: 'application/json',
        'content-type': 'application/json',
      },
      body: JSON.stringify(request.body),
      timeoutMs: deadline,
    });
    return commonOutcome(result, clock.now()) ?? outcomeOf(result as HttpAnswer);
  },
});

/** The credential in a sending secret; `undefined` where there is none, or one of another form. */
export const credentialIn = <Credential>(
  key: SecretValue | null,
  credentialOf: (key: SecretValue) => Credential,
): Credential | undefined => {
  if (key === null) return undefined;
  try {
    return credentialOf(key);
  } catch (error: unknown) {
    if (error instanceof CredentialFormatError) return undefined;
    throw error;
  }
};
