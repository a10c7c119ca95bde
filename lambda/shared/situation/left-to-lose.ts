import type { AppPolicy, RoomPolicy } from '../contract.ts';
import type { Cost } from '../money.ts';
import type { Cap } from './contract.ts';

/**
 * What can still be sent through the door today, in money at most: by each app's cap in money, otherwise by its caps in
 * messages and segments at the highest price it may pay.
 *
 * It bounds who pumps through an app, and not who has the key. `null` where nothing bounds it: the room has no
 * prices, or none for what an app without a cap in money may send.
 */
export const leftToLose = (
  { apps, prices }: Pick<RoomPolicy, 'apps' | 'prices'>,
  caps: readonly Cap[],
): Cost | null => {
  if (prices === null) return null;
  const micros = Object.entries(apps).map(([app, policy]) => {
    const own = caps.filter((cap) => cap.app === app);
    return Math.min(...own.map((cap) => worth(cap, policy, prices)));
  });
  const total = micros.reduce((sum, each) => sum + each, 0);
  return total === Infinity ? null : { micros: total, currency: prices.currency };
};

const worth = (
  { unit, used, capacity }: Cap,
  { channels, countries, limits }: AppPolicy,
  prices: NonNullable<RoomPolicy['prices']>,
): number => {
  const left = Math.max(0, capacity - used);
  if (unit === 'micro-units' || left === 0) return left;
  // What has no segments is not bounded by a cap on them.
  if (unit === 'segments' && channels.some((channel) => channel !== 'sms')) return Infinity;
  const each = countries.flatMap((country) =>
    channels.map((channel) => {
      const price = prices.micros[country]?.[channel] ?? Infinity;
      return unit === 'messages' && channel === 'sms' ? price * limits.segmentsPerMessage : price;
    }),
  );
  return left * Math.max(0, ...each);
};
