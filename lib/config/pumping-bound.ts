import type { AppPolicy, Channel, PriceCeilings, RoomPolicy } from '../../lambda/shared/contract.ts';
import { atMost, type Bound, least, notBounded, times } from './bound.ts';

/** What somebody who sends through one app can cost at most, at the room's own prices. */
export interface PumpingBound {
  readonly app: string;
  /** In a minute, as fast as the limits let it. */
  readonly minute: Bound;
  /** In a day of UTC. Whoever pumps over midnight has two of them. */
  readonly day: Bound;
  /** In a calendar month. */
  readonly month: Bound;
}

/** The longest month. */
const DAYS = 31;

/** The dearest messages of an app, in millionths. */
interface Dearest {
  readonly abroad: number;
  readonly atHome: number;
}

/** Each channel and country that an app may use and the room has no price for. */
const unpriced = ({ channels, countries }: AppPolicy, prices: PriceCeilings): readonly string[] =>
  countries.flatMap((country) =>
    channels.filter((channel) => prices.micros[country]?.[channel] === undefined).map((c) => `${country}.${c}`),
  );

/** Only an SMS has segments; any other message is one unit of its price. */
const dearestTo = (app: AppPolicy, { micros }: PriceCeilings, countries: readonly string[]): number => {
  const units = (channel: Channel): number => (channel === 'sms' ? app.limits.segmentsPerMessage : 1);
  const each = countries.flatMap((country) =>
    app.channels.map((channel) => (micros[country]?.[channel] ?? 0) * units(channel)),
  );
  return Math.max(0, ...each);
};

/** As many abroad as the limit allows where that is dearer, and the rest at home. */
const costOfMessages = ({ abroad, atHome }: Dearest, messages: number, international: number): number =>
  messages * atHome + Math.min(messages, international) * Math.max(abroad - atHome, 0);

const bySpend = (micros: number | null, option: string): readonly Bound[] =>
  micros === null ? [] : [atMost(micros, option)];

/**
 * What can be lost through one app while nobody reacts.
 *
 * Limits are taken before a message is sent, so that they hold whoever sends and however fast. A limit for each recipient
 * or prefix bounds nothing by itself, as a thief has as many numbers as it likes; unless the room has a list of them.
 */
export const pumpingBound = (room: RoomPolicy, name: string): PumpingBound => {
  const app = room.apps[name];
  if (app === undefined) throw new Error(`the room has no app ${name}`);
  const { limits } = app;
  const at = `apps.${name}.limits`;
  const money = {
    day: bySpend(limits.spendPerDay, `${at}.spendPerDay`),
    month: bySpend(limits.spendPerMonth, `${at}.spendPerMonth`),
  };
  const counted = (messages: number, international: number, option: string): Bound => {
    const { prices, provider } = room;
    if (provider === 'sandbox') return atMost(0, 'provider: sandbox');
    if (prices === null) return notBounded('the room has no prices, so only messages are counted', 'prices');
    const missing = unpriced(app, prices);
    if (missing.length > 0) {
      return notBounded(`no price for ${missing.join(', ')}`, `prices.ceilings of ${missing.join(', ')}`);
    }
    const dearest = {
      abroad: dearestTo(
        app,
        prices,
        app.countries.filter((country) => country !== app.homeCountry),
      ),
      atHome: dearestTo(
        app,
        prices,
        app.countries.filter((country) => country === app.homeCountry),
      ),
    };
    return atMost(costOfMessages(dearest, messages, international), option);
  };
  const listed = room.onlyRecipients?.length;
  const toListed =
    listed === undefined
      ? []
      : [
          counted(
            listed * limits.messagesPerRecipientPerDay,
            Infinity,
            `onlyRecipients, ${at}.messagesPerRecipientPerDay`,
          ),
        ];
  const perMinute = 60 * limits.messagesPerSecond;
  const day = least(
    counted(limits.messagesPerDay, limits.internationalMessagesPerDay, `${at}.messagesPerDay`),
    ...toListed,
    ...money.day,
    ...money.month,
  );
  const month = least(
    counted(limits.messagesPerMonth, limits.internationalMessagesPerDay * DAYS, `${at}.messagesPerMonth`),
    ...money.month,
    times(day, DAYS),
  );
  return {
    app: name,
    minute: least(counted(perMinute, limits.internationalMessagesPerDay, `${at}.messagesPerSecond`), day),
    day,
    month,
  };
};
