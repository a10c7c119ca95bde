import type { ProviderCapabilities } from '../capabilities.ts';

/** The sandbox: no credential and no network, with a magic number for every outcome. */
export const SANDBOX = {
  name: 'sandbox',
  hosts: [],
  channels: ['sms', 'whatsapp', 'viber'],
  strategy: 'none',
  managingFields: [],
  protects: { addressBinding: false, scopedKey: false, keyExpiry: false, revoke: false, provableDeath: false },
} as const satisfies ProviderCapabilities;
