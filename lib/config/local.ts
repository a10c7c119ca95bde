import type { EnvironmentConfig } from './environment.ts';

/** The account every local AWS emulator answers for. */
const ACCOUNT = '000000000000';
/** Whoever may call `sts:AssumeRole` in the emulator: nobody outside this laptop can. */
const LAPTOP = [`arn:aws:iam::${ACCOUNT}:root`];
/** Where the provider simulators listen unless `-c providerBaseUrls='{"infobip":"https://127.0.0.1:8443"}'` says otherwise. */
const PROVIDER_BASE_URLS = { d7: 'https://127.0.0.1:4571', infobip: 'https://127.0.0.1:4572' };
/** Numbers of the simulators; the only ones a laptop may message. */
const RECIPIENTS = ['+971500000001', '+971500000002', '+971500000009', '+4915112345678', '+12025550123'];
/** A page at 150 messages in 10 s: above the 80 of a room while keys rotate, below a burst. */
const RUSH = { messagesPerMinuteCeiling: 900, messagesPerMinuteJump: 2400 };
/** For the load of a rotation and a burst that must be paged, all to the numbers above. */
const LOAD = {
  messagesPerSecond: 100,
  messagesPerDay: 100_000,
  internationalMessagesPerDay: 1000,
  codesPerRecipientPerMinute: 10_000,
  codesPerRecipientPerTenMinutes: 100_000,
  messagesPerRecipientPerHour: 100_000,
  messagesPerRecipientPerDay: 100_000,
  messagesPerPrefixPerHour: 100_000,
};
/** Made up: what a segment, or a WhatsApp message, costs at most. */
const PRICES = {
  currency: 'USD',
  ceilings: {
    AE: { sms: '0.0350', whatsapp: '0.0200' },
    DE: { sms: '0.0850', whatsapp: '0.0700' },
    US: { sms: '0.0085', whatsapp: '0.0140' },
  },
};
/** For the provider that tells its prices: one is at its ceiling, one far below. It tells none of WhatsApp. */
const TOLD_PRICES = {
  currency: 'USD',
  ceilings: {
    AE: { sms: '0.0350', whatsapp: '0.0350' },
    DE: { sms: '0.0850', whatsapp: '0.0700' },
    US: { sms: '0.0350', whatsapp: '0.0350' },
  },
};
const PAGER = { pages: [{ queue: 'pager' }] };

/** The laptop: an emulator instead of AWS, simulators instead of providers, minutes instead of days. */
export const LOCAL: EnvironmentConfig = {
  name: 'local',
  account: ACCOUNT,
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  local: {
    providerBaseUrls: PROVIDER_BASE_URLS,
    keyCacheSeconds: 2,
    keyGraceSeconds: 4,
    sweepEveryMinutes: 1,
    providerLagSeconds: 8,
  },
  rooms: {
    otp: {
      provider: 'infobip',
      receipts: 'confirmed',
      inbound: 'full',
      onlyRecipients: RECIPIENTS,
      keyImporters: LAPTOP,
      dataStewards: LAPTOP,
      operators: LAPTOP,
      responders: LAPTOP,
      onCall: PAGER,
      alarms: RUSH,
      templates: { otp: { providerTemplate: 'one_time_code', languages: ['en', 'de'], params: ['code'] } },
      prices: PRICES,
      apps: {
        checkout: {
          identity: { trustedPrincipals: LAPTOP },
          channels: ['sms', 'whatsapp'],
          senders: { sms: ['Acme'], whatsapp: ['+971500009999'] },
          countries: ['AE', 'DE', 'US'],
          limits: LOAD,
        },
        support: {
          identity: { trustedPrincipals: LAPTOP },
          channels: ['sms'],
          senders: { sms: ['AcmeHelp'] },
          countries: ['AE'],
          limits: { ...LOAD, messagesPerDay: 5, spendPerDay: '5.00' },
        },
      },
    },
    notices: {
      provider: 'd7',
      // Slow, so that a handful of messages shows what a campaign meets.
      messagesPerSecondBySender: { whatsapp: { '+971500009999': 1 } },
      receipts: 'confirmed',
      onlyRecipients: RECIPIENTS,
      keyImporters: LAPTOP,
      operators: LAPTOP,
      responders: LAPTOP,
      onCall: PAGER,
      alarms: RUSH,
      templates: {
        'order-shipped': { providerTemplate: 'order_shipped', languages: ['en'], params: ['order', 'day'] },
      },
      prices: TOLD_PRICES,
      apps: {
        shipping: {
          identity: { trustedPrincipals: LAPTOP },
          channels: ['sms', 'whatsapp'],
          senders: { sms: ['Acme'], whatsapp: ['+971500009999'] },
          countries: ['AE', 'DE', 'US'],
          limits: LOAD,
        },
      },
    },
    playground: {
      provider: 'sandbox',
      onlyRecipients: RECIPIENTS,
      keyIssuers: LAPTOP,
      operators: LAPTOP,
      responders: LAPTOP,
      onCall: PAGER,
      alarms: { messagesPerMinuteCeiling: 60, messagesPerMinuteJump: 60 },
      apps: {
        demo: {
          identity: { trustedPrincipals: LAPTOP },
          channels: ['sms'],
          senders: { sms: ['Acme'] },
          countries: ['AE', 'DE', 'US'],
        },
        website: {
          identity: { keys: { scopes: ['messages:send', 'messages:read'] } },
          channels: ['sms'],
          senders: { sms: ['Acme'] },
          countries: ['AE', 'DE', 'US'],
        },
      },
    },
  },
};
