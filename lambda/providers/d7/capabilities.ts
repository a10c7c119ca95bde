import type { ProviderCapabilities } from '../capabilities.ts';

/** D7 Networks: tokens are minted from an application's client secret and cannot be revoked one by one. */
export const D7 = {
  name: 'd7',
  hosts: ['api.d7networks.com'],
  channels: ['sms', 'whatsapp', 'viber'],
  strategy: 'token-mint',
  managingFields: [
    { name: 'clientId', label: 'client id of the D7 application', hidden: false },
    { name: 'clientSecret', label: 'client secret of the D7 application', hidden: true },
  ],
  handover: {
    what: 'the application',
    where: 'D7’s control panel',
    url: 'https://d7networks.com/docs/Authentication/Overview',
    note: 'All its tokens end with it, and in no other way.',
  },
  protects: { addressBinding: false, scopedKey: false, keyExpiry: false, revoke: false, provableDeath: false },
} as const satisfies ProviderCapabilities;
