/** Something that was asked for: what it is, or why nobody knows at the moment. */
type Fact<T> = { readonly known: T } | { readonly notKnown: string };

/** Of a room's situation, what a page tells. */
export interface Situation {
  /** `null` where nothing asks who sends. */
  readonly judgement: {
    readonly verdict: 'pumped' | 'leaked' | 'undecided';
    /** A sentence. */
    readonly because: string;
    /** What to do, in this order. */
    readonly do: readonly {
      readonly what: string;
      readonly command: string;
      readonly undo: string | null;
      readonly job: { readonly command: string; readonly arguments: Readonly<Record<string, string>> } | null;
    }[];
    /** What not to do, each with its reason. */
    readonly doNot: readonly string[];
  } | null;
  readonly spend: Fact<{
    readonly today: { readonly currency: string } | null;
    readonly caps: readonly {
      readonly app: string;
      readonly limit: string;
      readonly unit: 'messages' | 'segments' | 'micro-units';
      readonly used: number;
      readonly capacity: number;
      readonly exhaustedInSeconds: number | null;
    }[];
  }>;
  /** What can still be sent through the door today, in money at most; `null` without prices. */
  readonly leftToLose: Fact<{ readonly micros: number; readonly currency: string } | null>;
}
