import type { ProviderCapabilities } from '../capabilities.ts';

/** The sandbox: no credential and no network, with a magic number for every outcome. */
export const SANDBOX = {
  name: 'sandbox',
  hosts: [],
  channels: ['sms', 'whatsapp', 'viber'],
  strategy: 'none',
  recordsReadBy: [],
  managingFields: [],
} as const satisfies ProviderCapabilities;
