import { randomUUID } from 'node:crypto';

import type { Plain } from '../../../lambda/shared/aws/attribute-value.ts';
import type { Environment } from '../../../lambda/shared/environment.ts';
import { createKeyedHash } from '../../../lambda/shared/keyed-hash.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { SIMULATED_PROVIDERS, type SimulatedProviderName } from '../../../local/simulators/start.ts';
import { createMemorySecret, type MemorySecret } from '../rotate-key/support/memory-secret.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createFakeTable, type FakeTable } from '../support/fake-table.ts';
import { createCanaries, type Dice } from './canaries.ts';
import { deadLettersOf } from './events.ts';
import { createOutside, type KeptPlace, type Plan, type Service } from './outside.ts';

/** Through where something leaves a function. */
type Place = KeptPlace | 'log' | 'answer' | 'crash' | 'deployment';

/** What left a function. */
export interface Left {
  readonly by: string;
  readonly place: Place;
  readonly text: string;
}

/** Which services each function was seen to reach for. */
export type Reached = ReadonlyMap<string, Set<Service>>;

type Item = Readonly<Record<string, Plain>>;
/** A change of the ledger, as its stream tells it. */
export interface Change {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

const KINDS = ['sending', 'managing', 'inbox', 'pepper', 'subscribers'] as const;
const arnOf = (kind: (typeof KINDS)[number]) =>
  `arn:aws:secretsmanager:eu-central-1:000000000000:secret:keyroom/test/alerts/${kind}`;

/** What Lambda and the constructs put into the environment of any function. */
const environmentOf = (provider: string, directory: string): Environment => ({
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKID',
  LAMBDA_TASK_ROOT: directory,
  LEDGER_TABLE: 'ledger',
  ROOM: 'alerts',
  KEYROOM_ROOM: 'alerts',
  KEYROOM_ENVIRONMENT: 'test',
  KEYROOM_PROVIDER: provider,
  KEYROOM_INBOUND: 'masked',
  KEYROOM_CHANNELS: 'sms,whatsapp',
  EGRESS_ADDRESSES: '203.0.113.10,203.0.113.11',
  ...(provider !== 'sandbox' && { SENDING_SECRET_ARN: arnOf('sending') }),
  MANAGING_SECRET_ARN: arnOf('managing'),
  INBOX_SECRET_ARN: arnOf('inbox'),
  PEPPER_SECRET_ARN: arnOf('pepper'),
  SUBSCRIBERS_SECRET_ARN: arnOf('subscribers'),
  TEXTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:texts',
  OPERATOR_URL: 'https://door.example/operator',
  ON_CALL_ROLE_ARN: 'arn:aws:iam::111111111111:role/on-call',
  ...(provider !== 'sandbox' && { READ_RECORDS_FUNCTION: 'read-records' }),
  AWS_LAMBDA_FUNCTION_NAME: 'incident',
  INCIDENT_FUNCTION: 'incident',
  FREEZE_COUNTRIES: 'true',
  FREEZE_APPS: 'true',
  ON_CALL_ROLE: '111111111111:on-call',
  ASKERS: '111111111111:on-call',
  RETRY_QUEUE_URLS: 'https://sqs.example/otp,https://sqs.example/rest',
  DEAD_MESSAGES_URL: 'https://sqs.example/dead',
  PAGES_TOPIC_ARN: 'arn:aws:sns:eu-central-1:111111111111:pages',
  OWN_SUBSCRIPTIONS: '1',
  DEAD_EVENTS_URL: 'https://sqs.example/dead-events',
  IS_COMPARED: String(provider !== 'sandbox'),
  SEND_FUNCTION: 'send',
  RETRY_FUNCTION: 'retry',
  RETRY_SOURCES: 'otp,rest',
  ...(provider !== 'sandbox' && { ROTATE_KEY_FUNCTION: 'rotate-key' }),
  RECEIPT_URL: 'https://receipts.example/v1/receipts',
  ENDPOINT_ID: 'vpce-1',
  DEPLOYMENT_ROLE_ARN: 'arn:aws:iam::111111111111:role/deployment',
  OWN_ROLE_ARN: 'arn:aws:iam::111111111111:role/watch',
  SECRET_USERS: JSON.stringify({ sending: { through: [], depositors: [] } }),
  OTP_QUEUE_URL: 'https://sqs.example/otp',
  QUEUE_URL: 'https://sqs.example/rest',
  DEAD_LETTERS_URL: 'https://sqs.example/dead',
  KEY_CACHE_SECONDS: '300',
  KEY_GRACE_SECONDS: '900',
  ROTATION_DAYS: '30',
});

/** A room in memory whose every secret, number and text is a canary, and whose outside fails and repeats what it got. */
export const createCanaryRoom = (provider: string, dice: Dice, directory: string, reached: Reached) => {
  const canaries = createCanaries(dice);
  const clock = createFakeClock();
  const changes: Change[] = [];
  const table = remembering(createFakeTable(), changes);
  const stores = new Map<string, MemorySecret>(
    KINDS.map((kind) => [arnOf(kind), createMemorySecret(() => clock.now())]),
  );
  const simulator = SIMULATED_PROVIDERS[provider === 'sandbox' ? 'd7' : (provider as SimulatedProviderName)](clock);
  const pepper = new SecretValue(canaries.secret('pepper'));
  const left: Left[] = [];
  const appointments: string[] = [];
  let by = 'nobody';
  let answerInvoke: (event: unknown) => Promise<unknown> = () => Promise.resolve(null);
  const leave = (place: Place, text: string): void => void left.push({ by, place, text });
  const { http, met, fail } = createOutside({
    dice,
    table,
    secrets: stores,
    simulator,
    appointments,
    deadLetters: () => deadLettersOf({ dice, canaries }, appointments),
    onKept: leave,
    onReach: (service) => reached.get(by)?.add(service),
    onInvoke: (event) => answerInvoke(event),
  });
  const store = (kind: (typeof KINDS)[number]): MemorySecret => stores.get(arnOf(kind))!;
  return {
    provider,
    dice,
    canaries,
    clock,
    table,
    simulator,
    http,
    met,
    environment: {
      ...environmentOf(provider, directory),
      AWS_SECRET_ACCESS_KEY: canaries.secret('secret access key'),
      AWS_SESSION_TOKEN: canaries.secret('session token'),
    } as Environment,
    left,
    leave,
    appointments,
    changes,
    store,
    pepper,
    sendingArn: arnOf('sending'),
    /** What only the provider is told about a message. */
    receiptSecret: (id: string): string => canaries.secret('receipt secret', createKeyedHash(pepper).receiptSecret(id)),
    inboundSecret: (): string => canaries.secret('inbound secret', createKeyedHash(pepper).inboundSecret()),
    /** Who answers when a function calls another: the one that reads the provider's records. */
    onInvoke: (run: typeof answerInvoke): void => void (answerInvoke = run),
    /** From now on it is this function that things leave. */
    begin: (name: string, plan?: Plan): void => {
      by = name;
      fail(plan);
    },
    /** What somebody typed, as the CLI puts it into the inbox. */
    typed: async (value: unknown, stages = ['AWSCURRENT']): Promise<void> => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      await store('inbox').put(randomUUID(), new SecretValue(text), stages);
    },
    /** Everything secret that was made meanwhile is a canary, too. */
    learn: (): void => {
      for (const { value } of simulator.secrets()) canaries.secret('provider key', value);
      for (const value of secretsIn(simulator.account())) canaries.secret('managing credential', value);
    },
  };
};

export type CanaryRoom = ReturnType<typeof createCanaryRoom>;

/** The table, which tells what changed in it. */
const remembering = (table: FakeTable, changes: Change[]): FakeTable => {
  const told =
    <T extends readonly unknown[], R>(pkOf: (...input: T) => string, write: (...input: T) => Promise<R>) =>
    async (...input: T): Promise<R> => {
      const pk = pkOf(...input);
      const before = table.items.get(pk);
      const result = await write(...input);
      const after = table.items.get(pk);
      if (after !== before) changes.push({ before, after });
      return result;
    };
  return {
    ...table,
    putItem: told(
      (item) => item.pk,
      (...input: Parameters<FakeTable['putItem']>) => table.putItem(...input),
    ),
    updateItem: told(
      (pk) => pk,
      (...input: Parameters<FakeTable['updateItem']>) => table.updateItem(...input),
    ),
    deleteItem: told(
      (pk) => pk,
      (...input: Parameters<FakeTable['deleteItem']>) => table.deleteItem(...input),
    ),
  };
};

const SECRET_FIELDS = ['clientSecret', 'password', 'apiKeySecret', 'authToken'];

/** Secrets of the account itself, by their fields' names. */
const secretsIn = (account: object): readonly string[] => {
  const found: string[] = [];
  JSON.stringify(account, (name, value: unknown) => {
    if (SECRET_FIELDS.includes(name) && typeof value === 'string') found.push(value);
    return value;
  });
  return found;
};
