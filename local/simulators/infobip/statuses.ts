/** Infobip's status of a message. */
export interface Status {
  readonly groupId: number;
  readonly groupName: string;
  readonly id: number;
  readonly name: string;
  readonly description: string;
}

const status = (groupId: number, groupName: string, id: number, name: string, description: string): Status => ({
  groupId,
  groupName,
  id,
  name,
  description,
});

/** The statuses the simulator knows, by name. */
export const STATUSES = {
  PENDING_ACCEPTED: status(1, 'PENDING', 26, 'PENDING_ACCEPTED', 'Message sent to next instance'),
  PENDING_ENROUTE: status(1, 'PENDING', 7, 'PENDING_ENROUTE', 'Message sent to next instance'),
  UNDELIVERABLE_NOT_DELIVERED: status(
    2,
    'UNDELIVERABLE',
    9,
    'UNDELIVERABLE_NOT_DELIVERED',
    'Message sent not delivered',
  ),
  DELIVERED_TO_HANDSET: status(3, 'DELIVERED', 5, 'DELIVERED_TO_HANDSET', 'Message delivered to handset'),
  EXPIRED_EXPIRED: status(4, 'EXPIRED', 15, 'EXPIRED_EXPIRED', 'Message expired'),
  REJECTED_PREFIX_MISSING: status(5, 'REJECTED', 8, 'REJECTED_PREFIX_MISSING', 'Number prefix missing'),
  REJECTED_NOT_ENOUGH_CREDITS: status(5, 'REJECTED', 12, 'REJECTED_NOT_ENOUGH_CREDITS', 'Not enough credits'),
  REJECTED_FLOODING_FILTER: status(5, 'REJECTED', 20, 'REJECTED_FLOODING_FILTER', 'Too many messages to one number'),
  REJECTED_DUPLICATE_MESSAGE_ID: status(5, 'REJECTED', 23, 'REJECTED_DUPLICATE_MESSAGE_ID', 'Duplicate message id'),
  REJECTED_DESTINATION: status(5, 'REJECTED', 52, 'REJECTED_DESTINATION', 'Invalid destination address'),
} as const;

export type StatusName = keyof typeof STATUSES;

export const isStatusName = (name: string): name is StatusName => name in STATUSES;
