import type { CredentialManager, ListedKey } from '../../shared/credential-manager.ts';
import type { SecretValue } from '../../shared/secret-value.ts';

/**
 * A provider whose keys are listed once for all that look at them, until something is changed.
 *
 * For one pass under one managing credential: nobody else's changes are seen. A list that failed is asked for again.
 */
export const listingOnce = (provider: CredentialManager): CredentialManager => {
  let listed: { readonly under: string; readonly keys: readonly ListedKey[] } | undefined;
  const changing =
    <A extends unknown[], T>(call: (...input: A) => Promise<T>) =>
    async (...input: A): Promise<T> => {
      try {
        return await call(...input);
      } finally {
        listed = undefined;
      }
    };
  const { addressBinding } = provider;
  return {
    ...provider,
    ...(addressBinding && {
      addressBinding: { ...addressBinding, bind: changing((...input) => addressBinding.bind(...input)) },
    }),
    create: changing((...input) => provider.create(...input)),
    revoke: changing((...input) => provider.revoke(...input)),
    listLive: async (managing: SecretValue) => {
      if (listed?.under !== managing.reveal()) {
        listed = { under: managing.reveal(), keys: await provider.listLive(managing) };
      }
      return listed.keys;
    },
  };
};
