import type { AppKeyPolicy, RoomPolicy } from '../../../lambda/shared/contract.ts';
import { SIMULATED_PROVIDERS } from '../../../local/simulators/start.ts';
import { APP, ROOM } from '../support/room.ts';

export const PROVIDERS = [...Object.keys(SIMULATED_PROVIDERS), 'sandbox'];
export const APPS = ['shop', 'desk', 'website'] as const;

const KEYS: AppKeyPolicy = {
  kind: 'test',
  scopes: ['messages:send', 'messages:read', 'usage:read'],
  allowedNetworks: [],
  expireAfterDays: 90,
};
const COUNTRIES = ['AE', 'SA', 'GB', 'US'];
const SENDERS = { sms: ['Acme'], whatsapp: ['+97140000000'], viber: ['Acme'] };

/** A room with an app that signs, one that has keys, and one whose limits are soon used up. */
export const policyFor = (provider: string): RoomPolicy => {
  const app = { ...APP, countries: COUNTRIES, channels: ['sms', 'whatsapp', 'viber'] as const, senders: SENDERS };
  const limits = { ...APP.limits, messagesPerSecond: 1, messagesPerDay: 3, segmentsPerMessage: 1, spendPerDay: 90_000 };
  return {
    ...ROOM,
    provider,
    onlyRecipients: provider === 'sandbox' ? ['+971500000001'] : null,
    apps: {
      shop: app,
      desk: { ...app, channels: ['sms'], principal: '111111111111:desk-sender', limits },
      website: { ...app, principal: null, keys: KEYS },
    },
    prices: { currency: 'USD', micros: Object.fromEntries(COUNTRIES.map((name) => [name, { sms: 30_000 }])) },
  };
};
