/** How a recipient came to be opted out. */
export type OptOutSource =
  /** They wrote a stop word to the room. */
  | 'recipient'
  /** The provider refused a message because they had opted out there. */
  | 'provider'
  /** A person entered it. */
  | 'operator';

/** What was the person's own word, to the room or to the provider. */
export type OwnSource = Exclude<OptOutSource, 'operator'>;

export interface OptOut {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly source: OptOutSource;
}

/**
 * Who does not want messages of this room, whatever its sender and whoever sends: by the keyed hash of the number.
 *
 * Kept until it is lifted, by nothing but a word from the recipient or a person.
 */
export interface OptOuts {
  /** @throws AwsError */
  find(numberHash: string): Promise<OptOut | undefined>;
  /** May be repeated: what came first stays. @returns whether it is new. @throws AwsError */
  add(numberHash: string, optOut: OptOut): Promise<boolean>;
  /** May be repeated. @returns whether there was one. @throws AwsError */
  lift(numberHash: string, now: number): Promise<boolean>;
  /** As {@link lift}, but only what came from one of these sources, of which there is at least one. @throws AwsError */
  liftOwn(numberHash: string, now: number, sources: readonly OwnSource[]): Promise<boolean>;
}

/** Partition key of what the ledger knows of a recipient: what apps sent them today, and that they opted out. */
export const recipientKey = (numberHash: string): string => `recipient#${numberHash}`;
