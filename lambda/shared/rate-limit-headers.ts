import type { Take, UnitsResult, WindowState } from './unit-ledger.ts';
import { windowEnd } from './ledger-windows.ts';

/**
 * What an app may still send, for its client to pace itself by: `RateLimit-Policy` and `RateLimit`.
 *
 * From what the writes that took the units returned, so they cost no further call. Windows of recipients and prefixes are
 * left out: they say nothing about the next message. The form is that of the tenth draft, in which a policy's name is a
 * quoted string, `q` its quota, `w` its window, `r` what remains and `t` the seconds until it is renewed.
 * https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-10.html
 */
export const rateLimitHeaders = (units: UnitsResult | undefined, now: number): Readonly<Record<string, string>> => {
  const states = units === undefined ? [] : statesOf(units);
  if (states.length === 0) return {};
  const policy = states.map(({ window: { limit, capacity, length } }) => `"${limit}";q=${capacity};w=${length}`);
  const state = states.map(({ window, left }) => `"${window.limit}";r=${left};t=${secondsLeft(window, now)}`);
  return { 'RateLimit-Policy': policy.join(', '), RateLimit: state.join(', ') };
};

/** The same once everything that was taken went back. */
export const givenBack = (units: UnitsResult): UnitsResult => {
  if (units.kind !== 'taken') return units;
  const back = new Map(units.takes.map((take) => [take.limit, take.units]));
  const windows = units.windows.map(({ window, left }) => ({ window, left: left + (back.get(window.limit) ?? 0) }));
  return { ...units, takes: [], windows };
};

const statesOf = (units: UnitsResult): readonly WindowState[] => {
  if (units.kind === 'exhausted') return isOfApp(units.take) ? [{ window: units.take, left: units.take.left }] : [];
  return units.kind === 'taken' ? units.windows.filter(({ window }) => isOfApp(window)) : [];
};

const isOfApp = ({ limit }: Pick<Take, 'limit'>): boolean => !/-per-(?:recipient|prefix)-/.test(limit);

const secondsLeft = (window: WindowState['window'], now: number): number =>
  Math.max(Math.ceil(windowEnd(window) - now / 1000), 0);
