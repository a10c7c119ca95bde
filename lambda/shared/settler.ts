import type { AskRecords } from './aws/lambda-records.ts';
import type { Clock } from './clock.ts';
import { describeError, type Log } from './log.ts';
import type { MessageRecord } from './message.ts';
import type { MessageLedger } from './message-ledger.ts';
import type { SoughtMessage } from './provider-records.ts';
import { MOST_SOUGHT, type SoughtAnswer } from './records-command.ts';
import { canBe, settlementBy } from './settlement.ts';

export interface SettlerOptions {
  readonly ledger: Pick<MessageLedger, 'change'>;
  readonly clock: Pick<Clock, 'now' | 'wait'>;
  readonly log: Log;
  readonly ask: AskRecords;
}

/** Finds out what became of a message, from what the provider knows. */
export interface OutcomeSettler {
  /**
   * @param record an `unknown` whose provider had time to write it down, or one that was `accepted`
   * @returns `settled` when it changed the record; `later` when the provider does not say yet
   */
  settle(record: MessageRecord): Promise<'settled' | 'later'>;
}

/** How long a question waits for others to go with it. */
const GATHER_MS = 50;

/**
 * An {@link OutcomeSettler} that asks about messages together, as each call of the function that may ask reads a secret.
 *
 * Only what the provider has settles a message. That it does not have one proves nothing: how long it lags is an
 * assumption, and a message taken for unsent would be sent again. Candidates, found by recipient and time, prove nothing
 * either, since another message to the same person looks the same. Both leave the message as it is, until a
 * receipt names its id or `settlesBy` passes. An id that a receipt named is a claim: see {@link canBe}.
 */
export const createSettler = ({ ledger, clock, log, ask }: SettlerOptions): OutcomeSettler => {
  let gathering: { sought: SoughtMessage[]; answers: Promise<readonly SoughtAnswer[]> } | undefined;

  const together = async (sought: SoughtMessage): Promise<SoughtAnswer | undefined> => {
    if (gathering === undefined || gathering.sought.length >= MOST_SOUGHT) {
      const messages: SoughtMessage[] = [];
      const answers = clock.wait(GATHER_MS).then(() => {
        if (gathering?.sought === messages) gathering = undefined;
        return ask(messages);
      });
      gathering = { sought: messages, answers };
    }
    const { sought: messages, answers } = gathering;
    const place = messages.push(sought) - 1;
    return (await answers)[place];
  };

  return {
    settle: async (record) => {
      const { id: messageId, app, channel } = record;
      try {
        const answer = await together(soughtOf(record));
        if (answer?.kind !== 'found' || !canBe(record, answer.record)) return 'later';
        const change = settlementBy(record, answer.record, clock.now());
        if (change === undefined || (await ledger.change(record, change)) !== 'recorded') return 'later';
        log.info('message settled', { messageId, app, channel, state: change.state });
        return 'settled';
      } catch (error: unknown) {
        log.error('message not settled', { messageId, app, channel, ...describeError(error) });
        return 'later';
      }
    },
  };
};

/** The number is not told: no question that settles a message needs it. */
const soughtOf = (record: MessageRecord): SoughtMessage => ({
  id: record.id,
  attempt: record.fence,
  channel: record.channel,
  to: null,
  from: record.from,
  sentAt: record.updatedAt,
  providerMessageId: record.providerMessageId ?? record.claimedMessageId ?? null,
});
