import type { CredentialManager } from '../shared/credential-manager.ts';
import { createD7CredentialManager } from './d7/credential-manager.ts';
import { createInfobipCredentialManager } from './infobip/credential-manager.ts';
import type { ProviderOptions } from './registry.ts';
import { createTwilioCredentialManager } from './twilio/credential-manager.ts';

const FACTORIES: Readonly<Record<string, (options: ProviderOptions) => CredentialManager>> = {
  d7: createD7CredentialManager,
  infobip: createInfobipCredentialManager,
  twilio: createTwilioCredentialManager,
};

/**
 * The key-managing half of a provider; `undefined` for one without credentials.
 *
 * Apart from the registry of sending adapters, so that the send function's bundle holds no code that manages keys.
 */
export const createCredentialManager = (name: string, options: ProviderOptions): CredentialManager | undefined =>
  FACTORIES[name]?.(options);
