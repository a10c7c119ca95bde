import { type AppKeyPolicy, type AppPolicy, NUMBER_TYPES, type RoomPolicy } from '../../lambda/shared/contract.ts';
import { DEFAULTS } from './defaults.ts';
import type { AppConfig, AppKeysConfig, EnvironmentConfig, RoomConfig } from './environment.ts';
import { appLimits, priceCeilings } from './limits.ts';
import { senderPace } from './sender-pace.ts';
import { appPrincipal } from './validate-names.ts';

/** The room as its send path sees it, every default filled in. */
export const roomPolicy = (config: EnvironmentConfig, name: string, room: RoomConfig): RoomPolicy => ({
  environment: config.name,
  room: name,
  provider: room.provider,
  onlyRecipients: room.onlyRecipients ?? (config.production || room.provider === 'sandbox' ? null : []),
  apps: Object.fromEntries(
    Object.entries(room.apps).map(([app, settings]) => [app, appPolicy(config, name, app, settings)]),
  ),
  templates: Object.fromEntries(
    Object.entries(room.templates ?? {}).map(([id, template]) => [id, { ...template, params: template.params ?? [] }]),
  ),
  messagesPerSecondBySender: senderPace(room),
  prices: priceCeilings(room.prices),
});

const appPolicy = (config: EnvironmentConfig, room: string, name: string, app: AppConfig): AppPolicy => ({
  principal: appPrincipal(config, room, name, app.identity),
  ...('keys' in app.identity && { keys: keyPolicy(config, app.identity.keys) }),
  channels: app.channels,
  senders: app.senders,
  countries: app.countries,
  homeCountry: app.homeCountry ?? app.countries[0] ?? '',
  numberTypes: NUMBER_TYPES.filter((type) => app.allowedNumberTypes?.[type] !== undefined),
  limits: appLimits(app.limits),
});

const keyPolicy = (config: EnvironmentConfig, keys: AppKeysConfig): AppKeyPolicy => ({
  kind: config.production ? 'live' : 'test',
  scopes: keys.scopes,
  allowedNetworks: keys.allowedNetworks ?? [],
  expireAfterDays: keys.expireAfterDays ?? DEFAULTS.appKeyDays,
});
