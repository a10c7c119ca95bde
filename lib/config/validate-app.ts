import { isSupportedCountry } from 'libphonenumber-js/min';
import { CHANNELS, type Channel, KEY_SCOPES, NUMBER_TYPES } from '../../lambda/shared/contract.ts';
import { PROVIDERS } from '../../lambda/providers/contract.ts';
import * as check from './checks.ts';
import type { AppConfig, AppKeysConfig, RoomConfig } from './environment.ts';
import { limitProblems } from './validate-limits.ts';

/** What is wrong with one app of a room. */
export const appProblems = (where: string, name: string, app: AppConfig, room: RoomConfig): check.Problems => [
  ...check.name(where, name, 24),
  ...identityProblems(`${where}.identity`, app.identity),
  ...channelProblems(where, app, room),
  ...senderProblems(where, app, room),
  ...countryProblems(where, app),
  ...numberTypeProblems(`${where}.allowedNumberTypes`, app.allowedNumberTypes ?? {}),
  ...limitProblems(where, app, room),
];

const identityProblems = (where: string, identity: AppConfig['identity']): check.Problems => {
  if ('roleArn' in identity) return check.roleArn(`${where}.roleArn`, identity.roleArn);
  if ('keys' in identity) return keyProblems(`${where}.keys`, identity.keys);
  return [
    ...(identity.trustedPrincipals.length > 0
      ? []
      : [`${where}.trustedPrincipals: must name who may be this app, got nobody`]),
    ...identity.trustedPrincipals.flatMap((arn) => check.principalArn(`${where}.trustedPrincipals`, arn)),
  ];
};

/** A year: a key that lives longer is one that nobody has shown to be replaceable. */
const MAX_KEY_DAYS = 365;

const keyProblems = (where: string, { scopes, allowedNetworks, expireAfterDays }: AppKeysConfig): check.Problems => [
  ...(scopes.length > 0 ? [] : [`${where}.scopes: must name at least one of ${KEY_SCOPES.join(', ')}, got none`]),
  ...scopes
    .filter((scope) => !KEY_SCOPES.includes(scope))
    .map((scope) => `${where}.scopes: must be of ${KEY_SCOPES.join(', ')}, ${check.got(scope)}`),
  ...(allowedNetworks ?? []).flatMap((network) => check.cidr(`${where}.allowedNetworks`, network, 1, 32)),
  ...check.wholeNumber(`${where}.expireAfterDays`, expireAfterDays, 1, MAX_KEY_DAYS),
];

const channelProblems = (where: string, app: AppConfig, room: RoomConfig): check.Problems => {
  const offered: readonly Channel[] = PROVIDERS[room.provider]?.channels ?? CHANNELS;
  return [
    ...(app.channels.length > 0
      ? []
      : [`${where}.channels: must name at least one of ${CHANNELS.join(', ')}, got none`]),
    ...app.channels
      .filter((channel) => !offered.includes(channel))
      .map((channel) => `${where}.channels: ${room.provider} offers ${offered.join(', ')}, ${check.got(channel)}`),
    // WhatsApp lets a business start a conversation with an approved template only.
    ...(app.channels.includes('whatsapp') && Object.keys(room.templates ?? {}).length === 0
      ? [`${where}.channels: whatsapp needs at least one template in the room, got none`]
      : []),
  ];
};

const senderProblems = (where: string, { channels, senders }: AppConfig, { provider }: RoomConfig): check.Problems => [
  ...channels
    .filter((channel) => (senders[channel] ?? []).length === 0)
    .map((channel) => `${where}.senders.${channel}: must name at least one sender ID, got none`),
  ...Object.keys(senders)
    .filter((channel) => !channels.some((granted) => granted === channel))
    .map((channel) => `${where}.senders.${channel}: is not one of the app's channels (${channels.join(', ')})`),
  ...CHANNELS.flatMap((channel) =>
    (senders[channel] ?? [])
      .filter((sender) => PROVIDERS[provider]?.ownSenders?.pattern.test(sender) !== true)
      .flatMap((sender) => SENDER_CHECKS[channel](`${where}.senders.${channel}`, sender)),
  ),
];

const SENDER_CHECKS = {
  sms: check.smsSender,
  whatsapp: check.e164,
  viber: check.viberSender,
} as const satisfies Record<Channel, unknown>;

const countryProblems = (where: string, { countries, homeCountry }: AppConfig): check.Problems => [
  ...(countries.length > 0 ? [] : [`${where}.countries: must name at least one country, got none`]),
  ...countries
    .filter((country) => !isSupportedCountry(country))
    .map((country) => `${where}.countries: must be ISO 3166-1 alpha-2 codes such as AE, ${check.got(country)}`),
  ...(homeCountry === undefined || countries.includes(homeCountry)
    ? []
    : [`${where}.homeCountry: must be one of ${countries.join(', ')}, ${check.got(homeCountry)}`]),
];

/** Satellite numbers belong to no country, so no grant of a country would ever reach one. */
const ALLOWABLE = NUMBER_TYPES.filter((type) => type !== 'satellite');
/** Shorter than this nobody gives a reason. */
const MIN_REASON = 10;

const numberTypeProblems = (where: string, allowed: NonNullable<AppConfig['allowedNumberTypes']>): check.Problems =>
  Object.entries(allowed).flatMap(([type, reason]) => [
    ...(ALLOWABLE.some((allowable) => allowable === type)
      ? []
      : [`${where}: must be of ${ALLOWABLE.join(', ')}, ${check.got(type)}`]),
    ...(reason.trim().length >= MIN_REASON
      ? []
      : [`${where}.${type}: must say why, in at least ${MIN_REASON} characters, ${check.got(reason)}`]),
  ]);
