import type { ProviderCapabilities } from '../capabilities.ts';

const CREATE_KEY = 'https://www.infobip.com/docs/api/platform/account-management/create-api-key';
/** Infobip's OpenAPI 3.210.0, as republished: Infobip has no repository of its own for it. */
const OPENAPI = 'https://github.com/api-evangelist/infobip';

/** Infobip: keys are created, bound to addresses, limited to scopes and disabled by API. */
export const INFOBIP = {
  name: 'infobip',
  hosts: ['api.infobip.com'],
  channels: ['sms', 'whatsapp', 'viber'],
  strategy: 'dual-key',
  recordsReadBy: ['managing'],
  counting: { by: 'list', lagMs: 2 * 60_000, keptMs: 48 * 3_600_000, channels: ['sms', 'viber'] },
  managingFields: [
    { name: 'username', label: 'user name of the portal user that manages keys', hidden: false },
    { name: 'password', label: 'password of the portal user that manages keys', hidden: true },
  ],
  tellsInbound: true,
  handover: {
    what: 'the portal user',
    where: 'Infobip’s portal',
    note: 'Changing its password does as well.',
  },
  keeps:
    'Its logs answer for 48 hours; how long it keeps messages beyond that was not found. Ask Infobip to erase them.',
  protects: {
    addressBinding: { found: 'yes', how: 'a key names the addresses it works from (allowedIPs)', source: CREATE_KEY },
    scopedKey: { found: 'yes', how: 'a key has scopes, such as sms:message:send', source: CREATE_KEY },
    keyExpiry: { found: 'yes', how: 'a key ends by itself (validTo)', source: CREATE_KEY },
    overlap: { found: 'yes', how: 'several keys at once; how many is not documented', source: CREATE_KEY },
    revoke: { found: 'yes', how: 'a key is disabled by itself (PUT /settings/2/api-keys/{id})', source: OPENAPI },
    provableDeath: { found: 'yes', how: 'a call with a disabled key is refused (401)', source: OPENAPI },
    spendCap: { found: 'not found' },
    sentCount: {
      found: 'yes',
      how: 'logs of the last 48 hours, message by message',
      source: 'https://www.infobip.com/docs/api/channels/sms/logs-and-status-reports',
    },
    signedReceipts: {
      found: 'yes',
      how: 'HMAC with a key of our own (POST /subscriptions/1/security)',
      source: OPENAPI,
    },
  },
} as const satisfies ProviderCapabilities;
