import type { Channel } from '../../lambda/shared/contract.ts';
import { CHANNELS } from '../../lambda/shared/contract.ts';
import { isSupportedCountry } from 'libphonenumber-js/min';
import * as check from './checks.ts';
import type { AppConfig, AppLimitsConfig, PricesConfig, RoomConfig } from './environment.ts';
import { appLimits } from './limits.ts';
import { amountProblems } from './money.ts';

/** Beyond this a text is a document; no provider concatenates more reliably. */
const MAX_SEGMENTS = 10;
const MAX_PER_DAY = 10_000_000;
/**
 * Half of the 1000 writes a second that one item takes: a unit that is given back is a write, too.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
const MAX_PER_SECOND = 500;

/** Least and most of each limit that is a count. */
const BOUNDS = {
  messagesPerSecond: [1, MAX_PER_SECOND],
  messagesPerDay: [1, MAX_PER_DAY],
  messagesPerMonth: [1, 31 * MAX_PER_DAY],
  internationalMessagesPerDay: [0, MAX_PER_DAY],
  segmentsPerMessage: [1, MAX_SEGMENTS],
  segmentsPerDay: [1, MAX_SEGMENTS * MAX_PER_DAY],
  codesPerRecipientPerMinute: [1, MAX_PER_DAY],
  codesPerRecipientPerTenMinutes: [1, MAX_PER_DAY],
  messagesPerRecipientPerHour: [1, MAX_PER_DAY],
  messagesPerRecipientPerDay: [1, MAX_PER_DAY],
  messagesPerPrefixPerHour: [1, MAX_PER_DAY],
} as const satisfies Record<Exclude<keyof AppLimitsConfig, 'spendPerDay' | 'spendPerMonth'>, readonly [number, number]>;

/** What is wrong with the limits of an app. */
export const limitProblems = (where: string, app: AppConfig, room: RoomConfig): check.Problems => {
  const limits = app.limits ?? {};
  const values = [
    ...Object.entries(BOUNDS).flatMap(([name, [min, max]]) =>
      check.wholeNumber(`${where}.limits.${name}`, limits[name as keyof typeof BOUNDS], min, max),
    ),
    ...amountProblems(`${where}.limits.spendPerDay`, limits.spendPerDay),
    ...amountProblems(`${where}.limits.spendPerMonth`, limits.spendPerMonth),
  ];
  return values.length > 0 ? values : [...orderProblems(where, limits), ...unpricedProblems(where, app, room)];
};

/** A longer window that holds less than a shorter one makes the shorter one a promise nobody keeps. */
const orderProblems = (where: string, limits: AppLimitsConfig): check.Problems => {
  const all = appLimits(limits);
  const ordered = [
    ['messagesPerDay', 'messagesPerMonth'],
    ['segmentsPerMessage', 'segmentsPerDay'],
    ['spendPerDay', 'spendPerMonth'],
    ['codesPerRecipientPerMinute', 'codesPerRecipientPerTenMinutes'],
    ['messagesPerRecipientPerHour', 'messagesPerRecipientPerDay'],
  ] as const;
  return ordered.flatMap(([less, more]) =>
    (all[less] ?? 0) <= (all[more] ?? Number.POSITIVE_INFINITY)
      ? []
      : [
          `${where}.limits.${more}: must be at least ${less} (${limits[less] ?? all[less]}), got ${limits[more] ?? all[more]}`,
        ],
  );
};

/** Money can only be counted where a message has a price: without one it would be free. */
const unpricedProblems = (where: string, { limits, countries, channels }: AppConfig, room: RoomConfig) => {
  const limit = limits?.spendPerDay !== undefined ? 'spendPerDay' : 'spendPerMonth';
  if (limits?.[limit] === undefined) return [];
  const unpriced = countries.flatMap((country) =>
    channels.filter((channel) => room.prices?.ceilings[country]?.[channel] === undefined).map((c) => `${country} ${c}`),
  );
  return unpriced.length === 0
    ? []
    : [`${where}.limits.${limit}: needs a price in the room's prices.ceilings for ${unpriced.join(', ')}`];
};

/** What is wrong with the price ceilings of a room. */
export const priceProblems = (where: string, prices: PricesConfig | undefined): check.Problems => {
  if (prices === undefined) return [];
  return [
    ...check.currency(`${where}.currency`, prices.currency),
    ...Object.entries(prices.ceilings).flatMap(([country, channels]) => [
      ...(isSupportedCountry(country)
        ? []
        : [`${where}.ceilings: must be by ISO 3166-1 alpha-2 codes such as AE, ${check.got(country)}`]),
      ...Object.entries(channels).flatMap(([channel, amount]) =>
        CHANNELS.includes(channel as Channel)
          ? amountProblems(`${where}.ceilings.${country}.${channel}`, amount)
          : [`${where}.ceilings.${country}: must be by channel (${CHANNELS.join(', ')}), ${check.got(channel)}`],
      ),
    ]),
  ];
};
