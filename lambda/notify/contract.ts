/** What the function that adds the text to alarms and its construct agree on. */
export const ENV = {
  environment: 'KEYROOM_ENVIRONMENT',
  room: 'KEYROOM_ROOM',
  ledgerTable: 'LEDGER_TABLE',
  /** The topic that carries texts to people by e-mail. */
  textsTopicArn: 'TEXTS_TOPIC_ARN',
  /** URLs and keys of chats and pagers; absent where nobody may put them in. */
  subscribersSecretArn: 'SUBSCRIBERS_SECRET_ARN',
  /** The operator door; absent in a room without one. */
  operatorUrl: 'OPERATOR_URL',
  /** The role that may command there. */
  onCallRoleArn: 'ON_CALL_ROLE_ARN',
} as const;

/** The attribute of a text by which subscriptions choose: `page` or `ticket`. */
export const SEVERITY_ATTRIBUTE = 'severity';

/** The alarm that goes off for a drill alone, as its name ends; what it says is marked everywhere. */
export const DRILL_ALARM = 'drill';

/** File name of the {@link RunbookAdvice} inside the function's package. */
export const RUNBOOK_FILE = 'runbook.json';

/**
 * What the runbook says of one alarm, without its markup. `<room>`, `<env>`, `<app>` and the like stand for what only the
 * page knows.
 */
export interface Advice {
  /** What to do, in words. */
  readonly words: string;
  /** The command that they begin with, as a person types it. @default - they begin with a question: words alone */
  readonly command?: string;
  /** The same with the AWS command line alone. @default - the runbook names none */
  readonly withoutClone?: string;
  /** What undoes the command. @default - nothing has to be undone */
  readonly undo?: string;
}

/** What the runbook says, by the alarm's name within the room, such as `volume-ceiling`. */
export type RunbookAdvice = Readonly<Record<string, Advice>>;
