import { ConfigurationError } from '../shared/errors.ts';
import type { HttpCall } from '../shared/http.ts';
import type { MessagingProvider } from '../shared/messaging-provider.ts';
import { createD7Provider } from './d7/adapter.ts';
import { createInfobipProvider } from './infobip/adapter.ts';
import { createSandboxProvider } from './sandbox/adapter.ts';
import { createTwilioProvider } from './twilio/adapter.ts';

export interface ProviderOptions {
  readonly http: HttpCall;
  /** @default - the provider's own address */
  readonly baseUrl?: string;
}

const FACTORIES: Readonly<Record<string, (options: ProviderOptions) => MessagingProvider>> = {
  d7: createD7Provider,
  infobip: createInfobipProvider,
  twilio: createTwilioProvider,
  sandbox: createSandboxProvider,
};

/** The sending half of a provider, by the name used in the configuration. @throws ConfigurationError */
export const createProvider = (name: string, options: ProviderOptions): MessagingProvider => {
  const factory = FACTORIES[name];
  if (factory) return factory(options);
  throw new ConfigurationError(`unknown provider "${name}", must be one of ${Object.keys(FACTORIES).join(', ')}`);
};
