import type { ProviderCapabilities } from '../capabilities.ts';

/**
 * Twilio: restricted keys are created and deleted by API.
 *
 * The managing credential is a Main key and not the account's auth token: it can be deleted by itself, signs no webhooks,
 * and replacing it disturbs nobody else who uses the account. Only a Main key reaches `/v1/Keys`; a Standard key is
 * refused there. https://www.twilio.com/docs/iam/api-keys, https://www.twilio.com/docs/api/errors/20003
 */
export const TWILIO = {
  name: 'twilio',
  hosts: ['api.twilio.com', 'iam.twilio.com', 'pricing.twilio.com'],
  channels: ['sms', 'whatsapp'],
  strategy: 'dual-key',
  managingFields: [
    { name: 'accountSid', label: 'SID of the Twilio account or subaccount (AC…)', hidden: false },
    { name: 'apiKeySid', label: 'SID of a Main API key of that account (SK…)', hidden: false },
    { name: 'apiKeySecret', label: 'secret of that key', hidden: true },
  ],
  handover: {
    what: 'the Main key',
    where: 'Twilio’s console, under API keys',
    url: 'https://www.twilio.com/docs/iam/api-keys/keys-in-console',
  },
  protects: { addressBinding: false, scopedKey: true, keyExpiry: false, revoke: true, provableDeath: true },
  ownSenders: {
    pattern: /^MG[0-9a-fA-F]{32}$/,
    label: 'the SID of a Messaging Service (MG and 32 hexadecimal digits)',
  },
  templateIds: { pattern: /^HX[0-9a-fA-F]{32}$/, label: 'a ContentSid (HX and 32 hexadecimal digits)' },
} as const satisfies ProviderCapabilities;
