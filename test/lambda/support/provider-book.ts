import type { AskRecords } from '../../../lambda/shared/aws/lambda-records.ts';
import type { SoughtMessage } from '../../../lambda/shared/provider-records.ts';
import type { SoughtAnswer } from '../../../lambda/shared/records-command.ts';
import type { Around } from './fake-table.ts';
import type { World } from './world.ts';

export interface ProviderBook {
  readonly ask: AskRecords;
  /** What it says of the messages it has, the next time it is asked; afterwards that they arrived. */
  isOnItsWay: boolean;
}

/** The provider's own records of the messages it took. @param knowsOurId as Infobip does, and neither Twilio nor D7 */
export const createProviderBook = (world: Pick<World, 'calls'>, around: Around, knowsOurId: boolean): ProviderBook => {
  const lookUp = (sought: SoughtMessage): SoughtAnswer => {
    if (sought.providerMessageId === null && !knowsOurId) return { kind: 'cannot-ask' };
    const number = world.calls.findIndex(
      ({ message: { id, attempt }, took }, i) =>
        took &&
        (sought.providerMessageId === null
          ? id === sought.id && attempt === sought.attempt
          : `p-${i + 1}` === sought.providerMessageId),
    );
    const call = world.calls[number];
    if (call === undefined) return { kind: 'not-found' };
    const { message } = call;
    return {
      kind: 'found',
      record: {
        providerMessageId: `p-${number + 1}`,
        ourId: knowsOurId ? message.id : null,
        channel: message.channel,
        to: message.to,
        from: message.from,
        acceptedAt: null,
        segments: null,
        price: null,
        state: { kind: book.isOnItsWay ? 'accepted' : 'delivered', final: !book.isOnItsWay, code: null },
      },
    };
  };
  const book: ProviderBook = {
    isOnItsWay: false,
    ask: (messages) =>
      around('records', () => {
        const answers = messages.map(lookUp);
        book.isOnItsWay = false;
        return answers;
      }),
  };
  return book;
};
