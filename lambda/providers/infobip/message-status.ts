import { OPTED_OUT_THERE, type SendOutcome } from '../../shared/messaging-provider.ts';
import { fieldsOf } from '../../shared/json.ts';

/**
 * Names of the statuses that tell an app what to change.
 *
 * From Infobip's list of status codes; the number alone is kept of any other.
 */
const REFUSALS: Readonly<Record<number, string>> = {
  6: 'network-forbidden',
  8: 'prefix-missing',
  10: OPTED_OUT_THERE,
  11: 'route-missing',
  13: 'sender-refused',
  17: 'system-error',
  20: 'flooding-filter',
  51: 'invalid-destination',
  52: 'destination-refused',
  87: 'blocked-by-signals',
};

const NOT_ENOUGH_CREDITS = 12;
export const DUPLICATE_MESSAGE_ID = 23;

/** Status groups: what became of a message, whatever the status within the group. */
export const GROUP = { pending: 1, undeliverable: 2, delivered: 3, expired: 4, rejected: 5 } as const;

/**
 * What a message's own status says, inside an answer of 200.
 *
 * The group decides, because one status (87) exists in two of them. No credit is `not-sent`: the same message goes out
 * once the account is topped up. A duplicate id means that an earlier call with this id got through in some way:
 * unknown, to be looked up by that id.
 */
export const outcomeOfStatus = (message: Readonly<Record<string, unknown>>): SendOutcome => {
  const { groupId, id } = fieldsOf(message.status);
  const { messageId } = message;
  if (groupId === GROUP.pending || groupId === GROUP.delivered) {
    return typeof messageId === 'string' && messageId !== ''
      ? { kind: 'accepted', providerMessageId: messageId }
      : { kind: 'unknown', reason: 'answer-unreadable' };
  }
  if (groupId !== GROUP.undeliverable && groupId !== GROUP.expired && groupId !== GROUP.rejected) {
    return { kind: 'unknown', reason: 'answer-status-unexpected' };
  }
  if (id === NOT_ENOUGH_CREDITS) return { kind: 'not-sent', reason: 'insufficient-credit' };
  if (id === DUPLICATE_MESSAGE_ID) return { kind: 'unknown', reason: 'duplicate-message-id' };
  return { kind: 'rejected', code: codeOfStatus(id), reason: 'Infobip refused the message' };
};

/** The word for a status that tells what is wrong, or its number. */
export const codeOfStatus = (id: unknown): string =>
  typeof id === 'number' ? (REFUSALS[id] ?? `status-${Math.trunc(id)}`) : 'refused';
