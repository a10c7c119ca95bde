/**
 * What is said of where a room stands: by `GET /v1/status`, by pages and by the operator's CLI.
 *
 * This file imports nothing, so that whoever reads it needs none of the code behind.
 */

/** Something that was asked for: what it is, or why nobody knows at the moment. */
export type Fact<T> = { readonly known: T } | { readonly notKnown: string };

/** Messages in the busiest minute of the last two, and in an average minute at this hour of the last seven days. */
export interface Flow {
  readonly perMinute: number;
  /** `null` where there is no such hour with messages yet. */
  readonly usualPerMinute: number | null;
}

/** What the room's functions have counted. */
export interface Counts {
  readonly room: Flow;
  /** By app. An app that sent nothing for a week may be missing. */
  readonly apps: Readonly<Record<string, Flow>>;
  /** Of the last minute: requests that were refused, and messages that could not be handed to the provider. */
  readonly refusedPerMinute: number;
  readonly notSentPerMinute: number;
  /** Of the last 24 hours: messages of which nobody knew whether they were sent, and of which nobody will know. */
  readonly unknownOutcomes: number;
  readonly unknownForGood: number;
}

/** Messages that wait in the room's queues. */
export interface Waiting {
  readonly queued: number;
  /** How long the oldest has waited; `null` where none waits, or where nobody measures it. */
  readonly oldestSeconds: number | null;
  /** Set aside: messages, and events. */
  readonly deadMessages: number;
  readonly deadEvents: number;
}

/** Whether a page reaches somebody: people and queues that subscribe to pages. */
export interface Pager {
  readonly confirmed: number;
  /** Were asked to confirm, and have not. */
  readonly pending: number;
  /** Chats and pagers that are told of pages, as the last alarm found them; 0 before any. */
  readonly chats: number;
}

/** The last time that a page was tried. */
export interface Drill {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ok: boolean;
  /** From the breach to the page; `null` where none came. */
  readonly seconds: number | null;
}

/** Whether the room sends, and what of it does not. */
export interface Standing {
  readonly frozen: boolean;
  /** The command that counts: when, by whom, and why. `null` where nobody has commanded anything yet. */
  readonly last: { readonly at: string; readonly by: string; readonly reason: string | null } | null;
  /** Apps that are frozen by themselves, and apps that are not in the ledger: neither sends. */
  readonly frozenApps: readonly string[];
  readonly unregisteredApps: readonly string[];
  /** ISO 3166-1 alpha-2. */
  readonly frozenCountries: readonly string[];
}

/** One cap of an app that bounds what a flood can cost, and how much of it is used. */
export interface Cap {
  readonly app: string;
  /** As answers and the ledger call it. */
  readonly limit: string;
  /** What it counts: messages, segments, or money in millionths of the room's currency. */
  readonly unit: 'messages' | 'segments' | 'micro-units';
  readonly used: number;
  readonly capacity: number;
  /** ISO 8601: when it is full again. */
  readonly resetsAt: string;
  /** At the present rate; 0 once it is used up; `null` where it is full again before, or where nothing is sent. */
  readonly exhaustedInSeconds: number | null;
}

/** The room's money of today: over the apps that have a cap of it. */
export interface Spend {
  /** Millionths. `null` where no app has a cap in money. */
  readonly today: { readonly used: number; readonly cap: number; readonly currency: string } | null;
  /** Every daily and monthly cap, those first that are exhausted first. */
  readonly caps: readonly Cap[];
}

/** Something to do, with what to type for it. */
export interface Advice {
  readonly what: string;
  readonly command: string;
  /** What takes it back; `null` for what cannot be or need not be. */
  readonly undo: string | null;
  /** The same as a job of the operator door; `null` for what only looks. */
  readonly job: { readonly command: string; readonly arguments: Readonly<Record<string, string>> } | null;
}

/** Whether somebody sends through the door or with the key, and what follows from that. */
export interface Judgement {
  readonly verdict: 'pumped' | 'leaked' | 'undecided';
  /** Why, as a sentence. */
  readonly because: string;
  /** What to do, in this order. */
  readonly do: readonly Advice[];
  /** What not to do, each with its reason. */
  readonly doNot: readonly string[];
}

/** Something to know. `note`: nothing is wrong by it. */
export interface Finding {
  readonly severity: 'page' | 'ticket' | 'note';
  /** A sentence. */
  readonly what: string;
  /** ISO 8601; `null` where nobody knows. */
  readonly since: string | null;
  /** Where to read on: `docs/runbook.md#…`. */
  readonly runbook: string | null;
}

/** What the last comparison with the provider came to. `null`: this room is never compared. */
export type ComparisonFigures = {
  /** ISO 8601: everything that the provider took before is compared; `null` before the first comparison. */
  readonly comparedUntil: string | null;
  /** What the provider has and the room did not send: messages, or money in millionths where it shows money alone. */
  readonly surplus: {
    readonly count: number;
    readonly micros: number;
    readonly currency: string | null;
    /** Messages by country; `??` where a number does not tell. */
    readonly countries: Readonly<Record<string, number>>;
    /** Milliseconds since the epoch. */
    readonly since: number;
    readonly lastFoundAt: number;
  } | null;
  /** ISO 8601: until when others are expected to send with the key; `null` for nobody. */
  readonly othersExpectedUntil: string | null;
} | null;

/** The key that sends. `null`: a sandbox room has none. */
export type KeyFigures = {
  /** `null`: the room has none yet. */
  readonly versionId: string | null;
  readonly ageHours: number | null;
  /** Old keys that still live. */
  readonly draining: number;
  readonly hasStandby: boolean;
} | null;

/** Where a room stands, for whoever is on call: what pages, `keyroom status` and programs read. Moments are ISO 8601. */
export interface Situation {
  readonly environment: string;
  readonly room: string;
  readonly provider: string;
  readonly at: string;
  /** Whether nothing that is known is wrong. */
  readonly isWell: boolean;
  /** What could not be found out, each with its reason; empty where everything could. */
  readonly notKnown: readonly string[];
  /** Everything that is wrong or worth knowing, the most urgent first. */
  readonly findings: readonly Finding[];
  /** `null` where nothing asks who sends. */
  readonly judgement: Judgement | null;
  readonly standing: Fact<Standing>;
  readonly counts: Fact<Counts>;
  readonly spend: Fact<Spend>;
  /** What can still be sent through the door today, in money at most; `null` where prices are missing and nothing bounds it. */
  readonly leftToLose: Fact<{ readonly micros: number; readonly currency: string } | null>;
  readonly comparison: Fact<ComparisonFigures>;
  readonly key: Fact<KeyFigures>;
  readonly waiting: Fact<Waiting>;
  readonly pager: Fact<Pager>;
  readonly drill: Fact<Drill | null>;
  readonly egressAddresses: readonly string[];
}
