/** Something that was set aside: where it is, and what it says. */
export interface DeadLetter {
  /** The same for every delivery of it. */
  readonly id: string;
  /** Names this delivery. */
  readonly receipt: string;
  readonly body: string;
}

/** What could not be done after several deliveries. */
export interface DeadLetters {
  /** A few of them, which nobody else gets for two minutes; none when there are no others. @throws AwsError */
  receive(): Promise<readonly DeadLetter[]>;
  /** @throws AwsError */
  remove(letter: DeadLetter): Promise<void>;
  /** Lets others have it at once. @throws AwsError */
  release(letter: DeadLetter): Promise<void>;
}
