/** How far an act is: all that it may know beside the room. */
export type Progress = Readonly<Record<string, string | number>>;

/**
 * A part of a story: a series of invocations, each under faults.
 *
 * What happens next may depend on the room, on the progress, and on nothing else: whoever comes to the same of both by
 * another way goes on in the same way.
 */
export interface Act<Room> {
  readonly name: string;
  /** One invocation at most. @returns how far the act is now, or `over` */
  move(room: Room, progress: Progress): Promise<Progress | 'over'>;
}

/** What happens to a room, in the order it happens. */
export interface Story<Room> {
  /** Before there are faults. */
  begin(room: Room): Promise<void>;
  readonly acts: readonly Act<Room>[];
  /** What must hold whenever a call changed something. @returns what does not */
  always(room: Room): readonly string[];
  /** Without faults again. @param injected fewest faults that lead here @returns what does not hold */
  end(room: Room, injected: number): Promise<readonly string[]>;
}
