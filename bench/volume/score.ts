import type { Trace } from './traces.ts';

/** How one rule did on one trace. */
export interface Judged {
  readonly trace: Trace;
  /** The attack was paged while it went on, its first page so many minutes after its first message; `null` for never. */
  readonly minutes: number | null;
  /** Somebody was woken for nothing. */
  readonly isFalse: boolean;
  /** What the attack cost until the page, or until its end, and then until somebody had acted; in millionths. */
  readonly lost: number;
}

/** How one rule did on many. */
export interface Scored {
  readonly traces: number;
  readonly attacks: number;
  readonly found: number;
  readonly falseAlarms: number;
  /** Of those that were woken, how many for a reason; `null` where nobody was. */
  readonly precision: number | null;
  /** `null` where nothing attacked. */
  readonly recall: number | null;
  readonly medianMinutes: number | null;
  readonly worstMinutes: number | null;
  /** Of one attack on average, in whole units of money. */
  readonly lost: number | null;
}

/** As in the loss bound: from the page until somebody has acted. */
const RESPONSE_MINUTES = 15;
/** Made up: what a message costs at home and abroad, in millionths of a unit. */
const PRICE = { home: 35_000, abroad: 120_000 };
/** What an alarm still shows just after an attack is no new page. */
const AFTERGLOW_MINUTES = 60;

/** @param pages whether the rule pages, by minute */
export const judge = (trace: Trace, pages: readonly boolean[]): Judged => {
  const { attack } = trace;
  if (attack === null) return { trace, minutes: null, isFalse: pages.includes(true), lost: 0 };
  const { from, until } = attack;
  const found = pages.findIndex((paged, i) => paged && i >= from && i < until);
  const isFalse = pages.some((paged, i) => paged && (i < from || i >= until + AFTERGLOW_MINUTES));
  const end = found < 0 ? until : Math.min(until, found + 1 + RESPONSE_MINUTES);
  const lost = attack.minutes
    .slice(0, end - from)
    .reduce((sum, { home, abroad }) => sum + home * PRICE.home + abroad * PRICE.abroad, 0);
  return { trace, minutes: found < 0 ? null : found - from + 1, isFalse, lost };
};

export const score = (judged: readonly Judged[]): Scored => {
  const attacked = judged.filter(({ trace }) => trace.attack !== null);
  const minutes = attacked.flatMap((each) => each.minutes ?? []).sort((a, b) => a - b);
  const falseAlarms = judged.filter(({ isFalse }) => isFalse).length;
  const found = minutes.length;
  const share = (part: number, of: number): number | null => (of === 0 ? null : Math.round((100 * part) / of) / 100);
  const lost = attacked.reduce((sum, each) => sum + each.lost, 0);
  return {
    traces: judged.length,
    attacks: attacked.length,
    found,
    falseAlarms,
    precision: share(found, found + falseAlarms),
    recall: share(found, attacked.length),
    medianMinutes: minutes[Math.floor(minutes.length / 2)] ?? null,
    worstMinutes: minutes.at(-1) ?? null,
    lost: attacked.length === 0 ? null : Math.round(lost / attacked.length / 1_000_000),
  };
};
