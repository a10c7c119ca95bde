import type { MessageRecord } from '../message.ts';
import type { DeliveryPorts } from './ports.ts';

/**
 * Makes a queued message's appointment for its next attempt, as the record says.
 *
 * One that cannot be made is not lost: the sweep finds the message when it is overdue.
 */
export const makeAppointment = async (
  { queue, log }: Pick<DeliveryPorts, 'queue' | 'log'>,
  { id, app, category, nextAttemptAt: at }: MessageRecord,
): Promise<boolean> => {
  if (at === null) return false;
  const isMade = await queue.add({ id, at }, category);
  if (!isMade) log.warn('appointment not made', { messageId: id, app });
  return isMade;
};
