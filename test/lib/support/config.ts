import type { AppConfig, EnvironmentConfig, RoomConfig } from '../../../lib/config/environment.ts';

/** A valid app, with what a test wants to be different. */
export const app = (overrides: Partial<AppConfig> = {}): AppConfig => ({
  identity: { trustedPrincipals: ['arn:aws:iam::111111111111:role/caller'] },
  channels: ['sms'],
  senders: { sms: ['Acme'] },
  countries: ['AE', 'DE'],
  ...overrides,
});

export const room = (overrides: Partial<RoomConfig> = {}): RoomConfig => ({
  provider: 'infobip',
  onlyRecipients: ['+971500000001'],
  apps: { shop: app() },
  ...overrides,
});

export const environment = (overrides: Partial<EnvironmentConfig> = {}): EnvironmentConfig => ({
  name: 'test',
  account: '111111111111',
  region: 'eu-central-1',
  availabilityZones: ['eu-central-1a', 'eu-central-1b'],
  rooms: { otp: room() },
  ...overrides,
});

/** An environment whose one room has one app that is different. */
export const environmentWithApp = (overrides: Partial<AppConfig>, inRoom: Partial<RoomConfig> = {}) =>
  environment({ rooms: { otp: room({ ...inRoom, apps: { shop: app(overrides) } }) } });
