import type { ProviderCapabilities } from '../capabilities.ts';

const TOKENS = 'https://d7networks.com/docs/Authentication/Overview';

/** D7 Networks: tokens are minted from an application's client secret and cannot be revoked one by one. */
export const D7 = {
  name: 'd7',
  hosts: ['api.d7networks.com'],
  channels: ['sms', 'whatsapp', 'viber'],
  strategy: 'token-mint',
  recordsReadBy: ['sending'],
  // The documentation's examples: a balance of 99.99, and a cost of 0.0350.
  counting: { by: 'balance', lagMs: 15 * 60_000, unitMicros: 10_000, costUnitMicros: 100 },
  pricedChannels: ['sms'],
  managingFields: [
    { name: 'clientId', label: 'client id of the D7 application', hidden: false },
    { name: 'clientSecret', label: 'client secret of the D7 application', hidden: true },
  ],
  handover: {
    what: 'the application',
    where: 'D7’s control panel',
    url: TOKENS,
    note: 'All its tokens end with it, and in no other way.',
  },
  keeps: 'How long it keeps messages was not found, nor an API that erases them. Ask D7 to erase them.',
  protects: {
    addressBinding: { found: 'not found' },
    scopedKey: { found: 'not found' },
    keyExpiry: { found: 'not found', how: 'no lifetime of a token is documented', source: TOKENS },
    overlap: { found: 'yes', how: 'an application may have any number of tokens', source: TOKENS },
    revoke: { found: 'not found', how: 'deleting the application ends all its tokens', source: TOKENS },
    provableDeath: { found: 'not found', how: 'of a single token, which cannot be ended', source: TOKENS },
    spendCap: { found: 'not found' },
    sentCount: {
      found: 'in part',
      how: "the balance: what is missing beyond the cost of the room's own messages was sent by somebody else",
      source: 'https://d7networks.com/docs/Pricing/SMS/',
    },
    signedReceipts: {
      found: 'not found',
      how: 'receipts come with neither a signature nor a shared secret',
      source: 'https://d7networks.com/docs/Messages/Receive_SMS_Postback/',
    },
  },
} as const satisfies ProviderCapabilities;
