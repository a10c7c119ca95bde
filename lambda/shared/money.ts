import type { components } from '../api/types.ts';
import type { Channel, RoomPolicy } from './contract.ts';

/** Money as the room counts it: an integer of millionths of the currency. */
export type Cost = Readonly<{
  micros: number;
  /** ISO 4217. */
  currency: string;
}>;

/** Digits that every amount shows, and those it may show: a segment costs fractions of a cent. */
const LEAST_DECIMALS = 4;
const MOST_DECIMALS = 6;

/**
 * What a message will cost at most, by the room's price ceilings; `null` where it has none for the country.
 *
 * @param segments `null` where the channel has none: a message is then one unit
 */
export const costOf = (
  prices: RoomPolicy['prices'],
  country: string,
  channel: Channel,
  segments: number | null,
): Cost | null => {
  const each = prices?.micros[country]?.[channel];
  return prices === null || each === undefined ? null : { micros: each * (segments ?? 1), currency: prices.currency };
};

/** An amount as the API shows it. */
export const toMoney = ({ micros, currency }: Cost): components['schemas']['Money'] => {
  const digits = String(micros).padStart(MOST_DECIMALS + 1, '0');
  const whole = digits.slice(0, -MOST_DECIMALS);
  const decimals = digits.slice(-MOST_DECIMALS).replace(/0+$/, '').padEnd(LEAST_DECIMALS, '0');
  return { amount: `${whole}.${decimals}`, currency, basis: 'estimate' };
};
