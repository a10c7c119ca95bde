import type { Around, FlowState } from '../shared/watch-state.ts';
import { excessAfter } from './excess.ts';
import { pastHour, type PastHour, usualAt, usualOf } from './usual.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** An hour of which less was seen teaches nothing. */
const LEAST_MINUTES = 30;

/** A flow of which nothing is known. */
export const UNKNOWN_FLOW: FlowState = { counts: [], excess: 0, around: [null, null, null] };

/**
 * A flow some minutes later.
 *
 * @param messages in all of those minutes
 * @param minutes since the last look, at least 1
 * @param announced messages a minute that somebody announced
 */
export const flowAfter = (
  flow: FlowState,
  messages: number,
  minutes: number,
  announced: number,
  now: number,
): FlowState => {
  const count = Math.max(0, messages / minutes - announced);
  const usual = usualAt(flow.around, (now % HOUR_MS) / HOUR_MS);
  let { excess } = flow;
  // Nobody looked for some minutes: each counts, as if all had been alike.
  for (let i = 0; i < minutes; i++) excess = usual === null ? 0 : excessAfter(excess, count, usual);
  return { ...flow, counts: [...flow.counts, ...Array.from({ length: minutes }, () => count)], excess };
};

/** What the flow's hour was like; `undefined` when too little of it was seen. */
export const hourOfFlow = (hour: number, { counts }: FlowState): PastHour | undefined =>
  counts.length < LEAST_MINUTES ? undefined : pastHour(hour, counts);

/** The same flow in a new hour. @param weeks of the hour before, of this one and of the next */
export const inNewHour = (
  flow: FlowState,
  weeks: readonly [readonly PastHour[], readonly PastHour[], readonly PastHour[]],
): FlowState => {
  const around: Around = [usualOf(weeks[0]), usualOf(weeks[1]), usualOf(weeks[2])];
  return { ...flow, counts: [], around };
};
