import type { AppPolicy, RoomPolicy } from '../../../lambda/shared/contract.ts';

export const APP: AppPolicy = {
  principal: '111111111111:shop-sender',
  channels: ['sms', 'whatsapp'],
  senders: { sms: ['Acme'], whatsapp: ['+97140000000'] },
  countries: ['AE', 'SA'],
  homeCountry: 'AE',
  limits: { messagesPerDay: 100, internationalMessagesPerDay: 10, segmentsPerMessage: 3 },
};

export const ROOM: RoomPolicy = {
  environment: 'test',
  room: 'alerts',
  provider: 'fake',
  onlyRecipients: null,
  apps: { shop: APP, desk: { ...APP, principal: '111111111111:desk-sender' } },
  templates: { otp: { providerTemplate: 'otp_v2', languages: ['en', 'ar'], params: ['code', 'minutes'] } },
};

/** A room with other limits for the app `shop`. */
export const roomWithLimits = (limits: Partial<AppPolicy['limits']>): RoomPolicy => ({
  ...ROOM,
  apps: { ...ROOM.apps, shop: { ...APP, limits: { ...APP.limits, ...limits } } },
});

export const SMS = { channel: 'sms', to: '+971500000001', from: 'Acme', text: 'Your code is 123456' } as const;
export const ABROAD = { ...SMS, to: '+966500000001' } as const;
