import type { AwsCall } from '../shared/aws/aws-call.ts';
import { EVENT } from './contract.ts';
import type { EventBus, Told } from './ports.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MOST_ENTRIES = 10;

/** {@link EventBus} on the account's default bus, where an app's team needs no further grant to write a rule. */
export const createEventBus = (call: AwsCall): EventBus => {
  /** How many from the first on were taken: what follows a refused one is put again with it. */
  const putSome = async (events: readonly Told[]): Promise<number> => {
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

const entryOf = (event: Told) => ({
  Source: EVENT.source,
  DetailType: 'command' in event ? EVENT.roomDetailType : EVENT.detailType,
  Time: Math.floor(Date.parse(event.at) / 1000),
  Detail: JSON.stringify(event),
});
