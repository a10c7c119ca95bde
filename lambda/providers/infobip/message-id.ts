import type { OutgoingMessage } from '../../shared/messaging-provider.ts';

/**
 * The id that Infobip is told to know an attempt by.
 *
 * Infobip may remember the id of a message it rejected for want of credit: the next attempt needs one of its own.
 */
export const messageIdOf = ({ id, attempt }: Pick<OutgoingMessage, 'id' | 'attempt'>): string =>
  attempt > 1 ? `${id}-${attempt}` : id;

/** Ids of ours: `msg_` and a ULID's alphabet, with the number of the attempt from the second one on. */
const OURS = /^(msg_[0-9A-HJKMNP-TV-Z]{26})(?:-[1-9]\d*)?$/;

/** The id of ours inside one of {@link messageIdOf}; `null` for an id of another form. */
export const ourIdOf = (messageId: string): string | null => OURS.exec(messageId)?.[1] ?? null;
