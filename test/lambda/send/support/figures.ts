/** What happened in random schedules. */
export interface Figures {
  readonly messages: number;
  readonly accepted: number;
  readonly calls: number;
  /** Disturbances after which an outcome could not be known, and the messages that were unknown at any time. */
  readonly ambiguous: number;
  readonly unknown: number;
  readonly disturbances: number;
}

/** Of two lots of schedules together. */
export const addFigures = (some: Figures, more: Figures): Figures => ({
  messages: some.messages + more.messages,
  accepted: some.accepted + more.accepted,
  calls: some.calls + more.calls,
  ambiguous: some.ambiguous + more.ambiguous,
  unknown: some.unknown + more.unknown,
  disturbances: some.disturbances + more.disturbances,
});

export const NO_FIGURES: Figures = { messages: 0, accepted: 0, calls: 0, ambiguous: 0, unknown: 0, disturbances: 0 };
