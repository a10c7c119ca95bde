import type { ProviderCapabilities } from '../capabilities.ts';

const KEYS = 'https://www.twilio.com/docs/iam/api-keys/key-resource-v1';

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
  recordsReadBy: ['sending', 'managing'],
  counting: { by: 'list', lagMs: 2 * 60_000, keptMs: null, channels: ['sms', 'whatsapp'] },
  pricedChannels: ['sms'],
  managingFields: [
    { name: 'accountSid', label: 'SID of the Twilio account or subaccount (AC…)', hidden: false },
    { name: 'apiKeySid', label: 'SID of a Main API key of that account (SK…)', hidden: false },
    { name: 'apiKeySecret', label: 'secret of that key', hidden: true },
  ],
  receiptKeyFields: [
    { name: 'sharedKeyId', label: 'id of a SharedKey of Twilio’s Webhooks API', hidden: false },
    { name: 'sharedKeySecret', label: 'secret of that key', hidden: true },
  ],
  tellsInbound: true,
  handover: {
    what: 'the Main key',
    where: 'Twilio’s console, under API keys',
    url: 'https://www.twilio.com/docs/iam/api-keys/keys-in-console',
  },
  keeps:
    'How long it keeps messages was not found; DELETE on the message’s resource ends it (Twilio’s OpenAPI, `DeleteMessage`).',
  protects: {
    addressBinding: {
      found: 'not found',
      how: 'the specification hints at a setting of the console, without a public API',
      source: 'https://github.com/twilio/twilio-oai',
    },
    scopedKey: {
      found: 'yes',
      how: 'a Restricted key has a list of permissions; in Region US1 only',
      source: 'https://www.twilio.com/docs/iam/api-keys/restricted-api-keys',
    },
    keyExpiry: {
      found: 'not found',
      how: 'of keys; tokens of OAuth apps end by themselves, and the room uses none',
      source: 'https://www.twilio.com/docs/iam/oauth-apps/faqs',
    },
    overlap: { found: 'yes', how: 'several keys at once; how many is not documented', source: KEYS },
    revoke: { found: 'yes', how: 'a key is deleted by itself', source: KEYS },
    provableDeath: {
      found: 'yes',
      how: 'a call with a deleted key is refused (401, code 20003)',
      source: 'https://www.twilio.com/docs/api/errors/20003',
    },
    spendCap: { found: 'not found' },
    sentCount: {
      found: 'yes',
      how: 'the list of messages of the account or subaccount, by day',
      source: 'https://www.twilio.com/docs/messaging/api/message-resource',
    },
    signedReceipts: {
      found: 'yes',
      how: "HMAC with a shared key (public beta), or with the account's primary auth token (X-Twilio-Signature)",
      source: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
    },
  },
  ownSenders: {
    pattern: /^MG[0-9a-fA-F]{32}$/,
    label: 'the SID of a Messaging Service (MG and 32 hexadecimal digits)',
  },
  templateIds: { pattern: /^HX[0-9a-fA-F]{32}$/, label: 'a ContentSid (HX and 32 hexadecimal digits)' },
} as const satisfies ProviderCapabilities;
