import type { AwsCall } from './aws/aws-call.ts';
import { EVENTS } from './contract.ts';

/** What every event of the room says. */
export interface RoomEvent {
  /** The same for every delivery of one event. */
  readonly eventId: string;
  /** When it happened. ISO 8601. */
  readonly at: string;
}

/** Where events of one kind go. */
export interface EventBus<Event extends RoomEvent> {
  /**
   * Puts events in their order, and says how many of them from the first on were taken.
   *
   * One that is put twice is received twice, with the same `eventId`.
   *
   * @throws AwsError
   */
  put(events: readonly Event[]): Promise<number>;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MOST_ENTRIES = 10;

/** {@link EventBus} on the account's default bus, where an app's team needs no further grant to write a rule. */
export const createEventBus = <Event extends RoomEvent>(
  call: AwsCall,
  kindOf: (event: Event) => (typeof EVENTS)[keyof Omit<typeof EVENTS, 'source'>],
): EventBus<Event> => {
  const entryOf = (event: Event) => ({
    Source: EVENTS.source,
    DetailType: kindOf(event),
    Time: Math.floor(Date.parse(event.at) / 1000),
    Detail: JSON.stringify(event),
  });
  /** How many from the first on were taken: what follows a refused one is put again with it. */
  const putSome = async (events: readonly Event[]): Promise<number> => {
    const answer = await call('PutEvents', { Entries: events.map(entryOf) });
    const entries = Array.isArray(answer.Entries) ? (answer.Entries as readonly Record<string, unknown>[]) : [];
    const refused = entries.findIndex((entry) => typeof entry.EventId !== 'string');
    return refused === -1 ? entries.length : refused;
  };
  return {
    put: async (events) => {
      let taken = 0;
      while (taken < events.length) {
        const some = events.slice(taken, taken + MOST_ENTRIES);
        const count = await putSome(some);
        taken += count;
        if (count < some.length) break;
      }
      return taken;
    },
  };
};
