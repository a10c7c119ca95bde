import { erased, unsettledForGood } from '../shared/delivery/outcome.ts';
import type { MessageRecord } from '../shared/message.ts';
import type { Ending } from '../shared/recipient-data.ts';
import type { ForgetReport } from './contract.ts';
import { reportOf } from './opt-outs.ts';
import type { RecipientPorts } from './ports.ts';

/** What was done about one message, or why not. */
type Done = Exclude<keyof ForgetReport, 'optOut' | 'isAll'>;

/**
 * Erases what the ledger holds of a recipient, as much as one call can. Whoever calls again goes on where this ended.
 *
 * 1. Each message loses the number's hash, the last two digits, what is sealed and the app's reference. One that is
 *    queued ends unsent; of one whose outcome is unknown nobody will learn it any more, as nobody could ask.
 * 2. A message that is on its way at this moment is left: its attempt could not be recorded otherwise.
 * 3. What was counted for the limits goes. An opt-out stays: without it they would be sent to again.
 *
 * What the record keeps is what its idempotency key needs, until it leaves: nobody is sent the same message twice.
 *
 * @throws AwsError
 */
export const forget = async (ports: RecipientPorts, numberHash: string): Promise<ForgetReport> => {
  const { data } = ports;
  const { records, isAll } = await data.messagesTo(numberHash);
  const done: Done[] = [];
  for (const record of records) done.push(await forgetMessage(ports, record));
  const count = (kind: Done): number => done.filter((each) => each === kind).length;
  const optOut = await data.forgetCounts(numberHash);
  return {
    erased: count('erased'),
    endedUnsent: count('endedUnsent'),
    endedUnknown: count('endedUnknown'),
    onTheirWay: count('onTheirWay'),
    notErased: count('notErased'),
    isAll,
    optOut: optOut === undefined ? null : reportOf(optOut),
  };
};

const forgetMessage = async ({ data, clock }: RecipientPorts, record: MessageRecord): Promise<Done> => {
  const now = clock.now();
  if (record.state === 'sending') return 'onTheirWay';
  const ending = endingOf(record, now);
  const changed = await data.erase(record, ending.to);
  return changed === 'recorded' ? ending.done : 'notErased';
};

const endingOf = (
  { state, updatedAt, dueAt }: MessageRecord,
  now: number,
): { readonly to: Ending; readonly done: Done } => {
  if (state === 'queued') return { to: { ...erased(), updatedAt: now }, done: 'endedUnsent' };
  if (state === 'unknown' && dueAt !== null) {
    return { to: { ...unsettledForGood(), updatedAt: now }, done: 'endedUnknown' };
  }
  return { to: { state, updatedAt }, done: 'erased' };
};
