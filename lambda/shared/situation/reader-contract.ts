/** Where a room's situation is read, as the environment of a function that reads it says. */
export const ENV = {
  ledgerTable: 'LEDGER_TABLE',
  /** ARNs; absent in a sandbox room. */
  sendingSecretArn: 'SENDING_SECRET_ARN',
  managingSecretArn: 'MANAGING_SECRET_ARN',
  /** URLs of the queues of messages that wait: comma separated. */
  queueUrls: 'RETRY_QUEUE_URLS',
  deadMessagesUrl: 'DEAD_MESSAGES_URL',
  deadEventsUrl: 'DEAD_EVENTS_URL',
  /** IPv4 addresses that sends leave from: comma separated. */
  egressAddresses: 'EGRESS_ADDRESSES',
  /** The topic of pages. */
  pagesTopicArn: 'PAGES_TOPIC_ARN',
  /** Subscriptions of that topic that are the room's own functions, and wake nobody. */
  ownSubscriptions: 'OWN_SUBSCRIPTIONS',
  /** `true` where the room is compared with its provider. */
  isCompared: 'IS_COMPARED',
  /** Names of other rooms that begin with this one's and a hyphen, as their alarms' names then do: comma separated. */
  roomsAlike: 'ROOMS_ALIKE',
} as const;

/** The item of the ledger that says how many chats and pagers are told of pages, in its attribute `pages`. */
export const CHATS_ITEM = 'notice#chats';

/** What the names of a room's alarms begin with. */
export const alarmPrefix = (environment: string, room: string): string => `keyroom-${environment}-${room}-`;
