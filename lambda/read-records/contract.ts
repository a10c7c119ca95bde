/** What the function that reads the provider's records and its construct agree on. */
export const ENV = {
  provider: 'KEYROOM_PROVIDER',
  /** Overrides the provider's address; only the `local` environment may set it. */
  providerBaseUrl: 'PROVIDER_BASE_URL',
  sendingSecretArn: 'SENDING_SECRET_ARN',
  managingSecretArn: 'MANAGING_SECRET_ARN',
} as const;
