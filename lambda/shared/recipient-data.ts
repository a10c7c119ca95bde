import type { MessageRecord } from './message.ts';
import type { Change, Changed, Seen } from './message-ledger.ts';
import type { OptOut } from './opt-outs.ts';

/** What becomes of a message whose recipient is forgotten; what is not named stays. */
export type Ending = Change;

/** Messages that the ledger knows to be to one recipient. */
export interface FoundMessages {
  readonly records: readonly MessageRecord[];
  /** Whether there may be more than these. */
  readonly isAll: boolean;
}

/** Finds and erases what the ledger holds of a recipient, by the keyed hash of the number. */
export interface RecipientData {
  /**
   * Messages to the recipient, of all apps, as they stand now.
   *
   * Found by an index that follows the table after a moment: the newest may be missing.
   *
   * @throws AwsError
   */
  messagesTo(numberHash: string): Promise<FoundMessages>;
  /** Takes the number, what is sealed and the app's reference out of a record while it is still what was seen. */
  erase(seen: Seen, ending: Ending): Promise<Changed>;
  /** Forgets what was counted. @returns the opt-out, which stays. @throws AwsError */
  forgetCounts(numberHash: string): Promise<OptOut | undefined>;
}
