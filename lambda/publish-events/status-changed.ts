import { iso } from '../shared/clock.ts';
import { type Message, type MessageRecord, toMessage } from '../shared/message.ts';

/** What one change of the ledger's stream says about a message. */
export interface LedgerChange {
  /** The stream's own name of the change: the same however often it is delivered. */
  readonly id: string;
  /** Absent where the change made the record. */
  readonly before: MessageRecord | undefined;
  readonly after: MessageRecord;
}

/** Detail of an event: what an app may know of its own message, and nothing else of the record. */
export interface StatusChanged extends Pick<
  Message,
  'id' | 'status' | 'final' | 'channel' | 'to' | 'reference' | 'reason' | 'segments' | 'cost'
> {
  /** The same for every delivery of one change. */
  readonly eventId: string;
  readonly app: string;
  readonly room: string;
  /** When the status changed. ISO 8601. */
  readonly at: string;
}

/**
 * The event that a change of a record calls for; `undefined` where its status is the one it was, or only an attempt began.
 *
 * A lease that passed is told when the ledger says so, not by the clock.
 */
export const statusChanged = (
  room: string,
  { id: eventId, before, after }: LedgerChange,
): StatusChanged | undefined => {
  if (after.state === 'sending' || before?.state === after.state) return undefined;
  const { id, status, final, channel, to, reference, reason, segments, cost } = toMessage(after, after.updatedAt);
  const at = iso(after.updatedAt);
  return { eventId, id, app: after.app, room, status, final, channel, to, reference, reason, at, segments, cost };
};
