import type { AppLimits, PriceCeilings } from '../../lambda/shared/contract.ts';
import { DEFAULTS } from './defaults.ts';
import type { AppLimitsConfig, PricesConfig } from './environment.ts';
import { microUnits } from './money.ts';

/** The limits of an app, every default filled in. */
export const appLimits = (limits: AppLimitsConfig = {}): AppLimits => {
  const { spendPerDay, spendPerMonth, ...counts } = limits;
  const { messagesPerDay, segmentsPerMessage } = { ...DEFAULTS, ...counts };
  const or = <N extends keyof AppLimitsConfig & keyof typeof DEFAULTS>(name: N) => limits[name] ?? DEFAULTS[name];
  return {
    messagesPerSecond: or('messagesPerSecond'),
    messagesPerDay,
    messagesPerMonth: limits.messagesPerMonth ?? messagesPerDay * DEFAULTS.fullDaysPerMonth,
    internationalMessagesPerDay: or('internationalMessagesPerDay'),
    segmentsPerMessage,
    segmentsPerDay: limits.segmentsPerDay ?? messagesPerDay * segmentsPerMessage,
    spendPerDay: spendPerDay === undefined ? null : microUnits(spendPerDay),
    spendPerMonth: spendPerMonth === undefined ? null : microUnits(spendPerMonth),
    codesPerRecipientPerMinute: or('codesPerRecipientPerMinute'),
    codesPerRecipientPerTenMinutes: or('codesPerRecipientPerTenMinutes'),
    messagesPerRecipientPerHour: or('messagesPerRecipientPerHour'),
    messagesPerRecipientPerDay: or('messagesPerRecipientPerDay'),
    messagesPerPrefixPerHour: or('messagesPerPrefixPerHour'),
  };
};

/** The price ceilings of a room in millionths of the currency. */
export const priceCeilings = (prices: PricesConfig | undefined): PriceCeilings | null =>
  prices === undefined
    ? null
    : {
        currency: prices.currency,
        micros: Object.fromEntries(
          Object.entries(prices.ceilings).map(([country, channels]) => [
            country,
            Object.fromEntries(Object.entries(channels).map(([channel, amount]) => [channel, microUnits(amount)])),
          ]),
        ),
      };
