import type { AppLimits, AppPolicy, RoomPolicy } from '../../../lambda/shared/contract.ts';

/** As many as a test may want, but for the limits that were there first. */
export const LIMITS: AppLimits = {
  messagesPerSecond: 500,
  messagesPerDay: 100,
  messagesPerMonth: 10_000,
  internationalMessagesPerDay: 10,
  segmentsPerMessage: 3,
  segmentsPerDay: 1000,
  spendPerDay: null,
  spendPerMonth: null,
  codesPerRecipientPerMinute: 1000,
  codesPerRecipientPerTenMinutes: 1000,
  messagesPerRecipientPerHour: 1000,
  messagesPerRecipientPerDay: 1000,
  messagesPerPrefixPerHour: 1000,
};

export const APP: AppPolicy = {
  principal: '111111111111:shop-sender',
  channels: ['sms', 'whatsapp'],
  senders: { sms: ['Acme'], whatsapp: ['+97140000000'] },
  countries: ['AE', 'SA'],
  homeCountry: 'AE',
  numberTypes: [],
  limits: LIMITS,
};

export const ROOM: RoomPolicy = {
  environment: 'test',
  room: 'alerts',
  provider: 'fake',
  onlyRecipients: null,
  apps: { shop: APP, desk: { ...APP, principal: '111111111111:desk-sender' } },
  templates: { otp: { providerTemplate: 'otp_v2', languages: ['en', 'ar'], params: ['code', 'minutes'] } },
  prices: null,
};

/** A room with other limits for the app `shop`. */
export const roomWithLimits = (limits: Partial<AppPolicy['limits']>): RoomPolicy => ({
  ...ROOM,
  apps: { ...ROOM.apps, shop: { ...APP, limits: { ...APP.limits, ...limits } } },
});

export const SMS = { channel: 'sms', to: '+971500000001', from: 'Acme', text: 'Your code is 123456' } as const;
export const ABROAD = { ...SMS, to: '+966500000001' } as const;
