/** Where the memory of reconcile is in the ledger, and where each foreign message is. */
export const RECONCILE_KEY = 'reconcile#state';
export const foreignKey = (providerMessageId: string): string => `reconcile#foreign#${providerMessageId}`;
/** The part of the index `sent` that holds the foreign messages of one UTC day. @param day `2026-11-24` */
export const foreignShard = (day: string): string => `foreign#${day}`;

/** What the provider has and the room did not send, since it began. */
export interface Surplus {
  /** Messages; 0 where the provider shows money alone. */
  readonly count: number;
  /** Millionths; an estimate where the provider names no price yet. */
  readonly micros: number;
  /** ISO 4217; `null` where the provider names none. */
  readonly currency: string | null;
  /** Messages by country; `??` where a number does not tell. */
  readonly countries: Readonly<Record<string, number>>;
  /** When the first one was sent, or could have been at the earliest; milliseconds since the epoch. */
  readonly since: number;
  /** When the last one was found. */
  readonly lastFoundAt: number;
}

/** Use of the key elsewhere that is known, by who sends: the sender ID, or `account` where only money shows. */
export interface ForeignUse {
  readonly count: number;
  readonly micros: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

/** While a key is taken over: use of it elsewhere is expected until a date. */
export interface Learning {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** The most used first; at most 50. */
  readonly senders: Readonly<Record<string, ForeignUse>>;
}

/** A message that was counted already. */
export interface Counted {
  readonly id: string;
  /** When the provider took it. */
  readonly at: number;
}

/** A reading of the balance. Milliseconds since the epoch, millionths. */
export interface Reading {
  readonly at: number;
  readonly micros: number;
}

/** What is remembered between two looks at a balance. */
export interface BalanceState {
  /** What later readings are compared with; `null` before the first one. */
  readonly base: Reading | null;
  /** Taken, and not judged yet: what our own messages cost is known later. Oldest first. */
  readonly readings: readonly Reading[];
  /** Our own messages sent before this moment are counted in `ours` or in `allowance`. */
  readonly accountedUntil: number;
  /** What our own messages since the base cost by the provider's own reports, and how many they were. */
  readonly ours: number;
  readonly messages: number;
  /** What our own messages may have cost beyond that: unknown outcomes, and what was on its way at the base. */
  readonly allowance: number;
  /** When the last message of ours was sent of which nobody knows what it cost; `null` for none. */
  readonly unpricedAt: number | null;
  /** Since the base: surplus that was told. */
  readonly told: number;
  /** What our messages of the last intervals cost, as any of it may not have been charged yet. */
  readonly recent: readonly Reading[];
}

/** What the last comparison with the provider came to. */
export interface ReconcileState {
  /** Counts the writes; a write based on an older state is refused. */
  readonly revision: number;
  /** When the room was compared with its provider for the first time. What was sent before is nobody's concern. */
  readonly startedAt: number;
  /** Everything that the provider took before this moment is compared. */
  readonly checkedUntil: number;
  readonly lookedAt: number;
  /** Of the last look: messages at the provider, those of ours among them, and those of ours that it did not show. */
  readonly last: { readonly provider: number; readonly ours: number; readonly missing: number } | null;
  /** `null` once nothing foreign has been found for a day. */
  readonly surplus: Surplus | null;
  /** What was found in the last hour, by look. */
  readonly found: readonly { readonly at: number; readonly count: number }[];
  /** Foreign messages that a later look will see again. */
  readonly counted: readonly Counted[];
  readonly learning: Learning | null;
  readonly balance: BalanceState | null;
}

/** Something that the provider has and the room did not send. */
export interface Foreign {
  /** The provider's id; `null` where only money shows. */
  readonly id: string | null;
  readonly at: number;
  readonly country: string | null;
  readonly from: string | null;
  readonly micros: number;
  readonly currency: string | null;
}

/** Where the comparison is remembered. */
export interface ReconcileStore {
  /** `undefined` before the first look. @throws AwsError */
  read(): Promise<ReconcileState | undefined>;
  /** Replaces what was read. @returns false when somebody else did meanwhile @throws AwsError */
  write(next: ReconcileState, basedOn: ReconcileState | undefined): Promise<boolean>;
  /** Notes a message, so that an audit finds it by its day; may be repeated. @throws AwsError */
  note(foreign: Foreign & { readonly id: string }): Promise<void>;
}

/** The state before the first look. */
export const begun = (now: number): ReconcileState => ({
  revision: 0,
  startedAt: now,
  checkedUntil: now,
  lookedAt: now,
  last: null,
  surplus: null,
  found: [],
  counted: [],
  learning: null,
  balance: null,
});
