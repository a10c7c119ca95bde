import type { EnvironmentConfig } from './environment.ts';

const ACCOUNT = '111111111111';
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** Who imports keys in working hours, and who must be able to at night: on call, one acts as the importer. */
const IMPORTERS = [role('messaging-engineer'), role('messaging-on-call')];
/** Who is woken, and may stop a room. */
const ON_CALL = [role('messaging-on-call')];

/**
 * An example of the real thing: two providers, four apps, people on call. Replace every value by your own.
 *
 * Nothing here is secret: keys never pass through configuration.
 */
export const PRODUCTION: EnvironmentConfig = {
  name: 'production',
  account: ACCOUNT,
  region: 'eu-central-1',
  availabilityZones: ['eu-central-1a', 'eu-central-1b'],
  production: true,
  // The one way back when a policy locks everybody out; keep it behind two people and an alarm.
  breakGlassRoleArn: role('break-glass'),
  tags: { team: 'messaging', 'cost-centre': '4711' },
  rooms: {
    // One-time codes: their own key, so that marketing traffic can never stop a log-in.
    otp: {
      provider: 'infobip',
      receipts: 'confirmed',
      // Stop words are heeded; no number and no text leaves the room with the events.
      inbound: 'masked',
      rotateEvery: { days: 30 },
      keyImporters: IMPORTERS,
      keyIssuers: IMPORTERS,
      dataStewards: [role('support')],
      operators: ON_CALL,
      responders: ON_CALL,
      // Log-ins fail while it is frozen, and so a second person looks before it is not.
      unfreezeApprovers: [role('messaging-lead')],
      callerNetworks: ['203.0.113.0/24'],
      onCall: {
        pages: [{ https: 'https://events.example.com/integration/keyroom' }],
        tickets: [{ email: 'messaging-team@example.com' }],
      },
      alarms: { messagesPerMinuteCeiling: 300, messagesPerMinuteJump: 150 },
      templates: { otp: { providerTemplate: 'one_time_code', languages: ['en', 'de'], params: ['code'] } },
      // From your contract, rounded up: what a segment, or a message on another channel, costs at most.
      prices: {
        currency: 'EUR',
        ceilings: {
          DE: { sms: '0.0900', whatsapp: '0.0800' },
          AT: { sms: '0.0900', whatsapp: '0.0800' },
          CH: { sms: '0.0900', whatsapp: '0.0800' },
        },
      },
      apps: {
        login: {
          // A role that exists already: what the service runs as.
          identity: { roleArn: role('service/login') },
          channels: ['sms', 'whatsapp'],
          senders: { sms: ['Acme'], whatsapp: ['+4930901820'] },
          countries: ['DE', 'AT', 'CH'],
          limits: {
            messagesPerDay: 50_000,
            internationalMessagesPerDay: 5_000,
            segmentsPerMessage: 1,
            messagesPerPrefixPerHour: 500,
            spendPerDay: '4500.00',
            spendPerMonth: '60000.00',
          },
        },
        support: {
          // A role the room creates; people and services named here may assume it.
          identity: { trustedPrincipals: [role('support-desk')] },
          channels: ['sms'],
          senders: { sms: ['AcmeHelp'] },
          countries: ['DE'],
          limits: { messagesPerDay: 200 },
        },
        website: {
          // Outside AWS, so it has keys: `npm run keyroom -- app-key issue otp website -e production`.
          identity: { keys: { scopes: ['messages:send', 'messages:read'], allowedNetworks: ['203.0.113.64/26'] } },
          channels: ['sms'],
          senders: { sms: ['Acme'] },
          countries: ['DE'],
          limits: { messagesPerDay: 2000, segmentsPerMessage: 1 },
        },
      },
    },
    // Parcel notices: another provider, another key, another blast radius.
    'late-notices': {
      provider: 'd7',
      rotateEvery: { days: 7 },
      // Prepaid, and not topped up by itself: the most that a stolen key can cost.
      accountLimit: { amount: '2000.00', currency: 'USD' },
      keyImporters: IMPORTERS,
      responders: ON_CALL,
      onCall: {
        pages: [{ https: 'https://events.example.com/integration/keyroom' }],
        tickets: [{ email: 'logistics@example.com' }],
      },
      apps: {
        shipping: {
          // Another account: its role must be allowed execute-api:Invoke on this door there, too.
          identity: { roleArn: 'arn:aws:iam::222222222222:role/shipping' },
          channels: ['sms'],
          senders: { sms: ['AcmeShip'] },
          countries: ['AE', 'SA'],
          homeCountry: 'AE',
          limits: { messagesPerDay: 20_000, internationalMessagesPerDay: 2_000, segmentsPerMessage: 2 },
        },
      },
    },
  },
};
