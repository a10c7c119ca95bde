import type { AppPolicy } from '../shared/contract.ts';
import type { Take } from '../shared/unit-ledger.ts';

const DAY_SECONDS = 24 * 60 * 60;

/**
 * The units a message costs its app: one of each window that applies.
 *
 * Days are UTC. What counts as international is any country but the app's own.
 */
export const takesFor = (app: AppPolicy, country: string, now: number): readonly Take[] => {
  const day = { start: Math.floor(now / 1000 / DAY_SECONDS) * DAY_SECONDS, length: DAY_SECONDS, units: 1 };
  const { messagesPerDay, internationalMessagesPerDay } = app.limits;
  return [
    { ...day, limit: 'messages-per-day', capacity: messagesPerDay },
    ...(country === app.homeCountry
      ? []
      : [{ ...day, limit: 'international-messages-per-day', capacity: internationalMessagesPerDay }]),
  ];
};
