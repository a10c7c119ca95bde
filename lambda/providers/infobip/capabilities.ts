import type { ProviderCapabilities } from '../capabilities.ts';

/** Infobip: keys are created, bound to addresses, limited to scopes and disabled by API. */
export const INFOBIP = {
  name: 'infobip',
  hosts: ['api.infobip.com'],
  channels: ['sms', 'whatsapp', 'viber'],
  strategy: 'dual-key',
  managingFields: [
    { name: 'username', label: 'user name of the portal user that manages keys', hidden: false },
    { name: 'password', label: 'password of the portal user that manages keys', hidden: true },
  ],
  handover: {
    what: 'the portal user',
    where: 'Infobip’s portal',
    note: 'Changing its password does as well.',
  },
  protects: { addressBinding: true, scopedKey: true, keyExpiry: true, revoke: true, provableDeath: true },
} as const satisfies ProviderCapabilities;
