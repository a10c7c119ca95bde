import type { OutgoingMessage } from '../../shared/messaging-provider.ts';

/**
 * The id that Infobip is told to know an attempt by.
 *
 * Infobip may remember the id of a message it rejected for want of credit: the next attempt needs one of its own.
 */
export const messageIdOf = ({ id, attempt }: Pick<OutgoingMessage, 'id' | 'attempt'>): string =>
  attempt > 1 ? `${id}-${attempt}` : id;
