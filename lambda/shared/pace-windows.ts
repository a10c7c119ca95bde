import type { Category } from './message.ts';

/** Fewer places than this cannot be shared out in fifths. */
const LEAST_PLACES = 5;

/** How a pace is counted: in windows of whole seconds, each with so many places. */
export interface PaceWindow {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Places there are. */
  readonly all: number;
  /** Those of them that a message of the category may take at once. */
  readonly places: number;
  /** Milliseconds between two places that are reserved. */
  readonly every: number;
}

/**
 * The window that a moment falls into.
 *
 * A slow sender has windows of several seconds: so it may be ahead of its pace for a moment, by four messages at most.
 *
 * @param perSecond messages a second of the sender
 */
export const paceWindow = (perSecond: number, category: Category, at: number): PaceWindow => {
  const seconds = Math.ceil(LEAST_PLACES / perSecond);
  const all = perSecond * seconds;
  const keptForCodes = Math.floor(all / LEAST_PLACES);
  const length = seconds * 1000;
  const start = at - (at % length);
  const others = all - keptForCodes;
  const isCode = category === 'otp';
  return {
    start,
    end: start + length,
    all,
    places: isCode ? all : others,
    every: Math.ceil(length / (isCode ? keptForCodes : others)),
  };
};
