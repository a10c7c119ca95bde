import { AwsError } from '../../../lambda/shared/aws/aws-error.ts';
import type { RoomPolicy } from '../../../lambda/shared/contract.ts';
import { createDynamoDbLedger } from '../../../lambda/shared/dynamodb-ledger.ts';
import { createOptOuts } from '../../../lambda/shared/dynamodb-opt-outs.ts';
import { createKeyReader } from '../../../lambda/shared/key-reader.ts';
import type { LogFields } from '../../../lambda/shared/log.ts';
import type { OutgoingMessage, SendOutcome } from '../../../lambda/shared/messaging-provider.ts';
import type { MetricName, MetricScope } from '../../../lambda/shared/metrics.ts';
import { createPepper } from '../../../lambda/shared/pepper.ts';
import { createProviderHealth } from '../../../lambda/shared/dynamodb-provider-health.ts';
import { createSenderPace } from '../../../lambda/shared/dynamodb-sender-pace.ts';
import { createRetryBudget } from '../../../lambda/shared/retry-budget.ts';
import { createDueIndex } from '../../../lambda/shared/due-index.ts';
import type { SecretRead } from '../../../lambda/shared/secret-store.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { createHandler } from '../../../lambda/retry/handler.ts';
import type { RetryPorts, RetryResult } from '../../../lambda/retry/ports.ts';
import { createHandler as createSweepHandler } from '../../../lambda/sweep-ledger/handler.ts';
import type { SweepResult } from '../../../lambda/sweep-ledger/ports.ts';
import type { SendResult } from '../../../lambda/send/ports.ts';
import { sendMessage } from '../../../lambda/send/send-message.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeQueue, type FakeQueue } from './fake-queue.ts';
import { type Around, createFakeTable, type FakeTable } from './fake-table.ts';
import { ROOM, SMS } from './room.ts';

/** What the provider does with one call, and whether it now has the message. */
export interface ProviderTurn {
  readonly outcome: SendOutcome;
  readonly took: boolean;
}

export const ACCEPTS: ProviderTurn = { outcome: { kind: 'accepted', providerMessageId: 'p-1' }, took: true };

export interface World {
  readonly clock: FakeClock;
  readonly table: FakeTable;
  readonly queue: FakeQueue;
  readonly ports: RetryPorts;
  /** The ports of an environment of its own, with nothing in memory yet. */
  environment(): RetryPorts;
  /** Calls the provider got, in order. */
  readonly calls: {
    message: OutgoingMessage;
    key: string | null;
    outcome: SendOutcome['kind'];
    took: boolean;
    deadline: number;
  }[];
  readonly emitted: { values: Partial<Record<MetricName, number>>; scope: MetricScope | undefined }[];
  readonly logged: { event: string; fields: LogFields | undefined }[];
  /** The next turns of the provider; it accepts when there is none. */
  readonly turns: ProviderTurn[];
  /** What the secret holds by label; a test may change it. */
  readonly secret: { AWSCURRENT: SecretRead; AWSPREVIOUS: SecretRead };
  /** A new environment, as after a crash: what was in memory is gone. */
  restart(): void;
  send(body?: unknown, idempotencyKey?: string, app?: string): Promise<SendResult>;
  /** Keeps the next appointment that is due, as one delivery of the queue; `undefined` when none is. */
  retry(): Promise<RetryResult | undefined>;
  /** One run of the sweep. */
  sweep(): Promise<SweepResult>;
  /** Keeps all appointments in their order, moving the clock, for so long. */
  pass(ms: number): Promise<void>;
  /** Units used of the app's limit. */
  used(limit?: string, app?: string): number;
}

export interface WorldOptions {
  readonly room?: RoomPolicy;
  /** Around every call to the outside, the table's included. */
  readonly around?: Around;
}

/** A version of the sending secret. */
export const version = (versionId: string, createdAt = 0): SecretRead => ({
  kind: 'value',
  value: new SecretValue(`key-of-${versionId}`),
  versionId,
  createdAt,
});

const PEPPER = createPepper(new SecretValue('pepper'));
const MINUTE = { awsRequestId: 'r-sweep', getRemainingTimeInMillis: () => 60_000 };
const INVOCATION = { awsRequestId: 'r-retry', getRemainingTimeInMillis: () => 10_000 };
/** What a delivery that was not deleted waits for. */
const VISIBILITY_MS = 60_000;

/** The whole send path in memory: real use cases, ledger adapter and key reader, over a fake table and provider. */
export const createWorld = ({
  room = ROOM,
  around = (_, apply) => Promise.resolve(apply()),
}: WorldOptions = {}): World => {
  const clock = createFakeClock();
  const table = createFakeTable(around);
  const queue = createFakeQueue(clock, around);
  for (const app of Object.keys(room.apps)) table.items.set(`app#${app}`, { pk: `app#${app}`, frozen: false });
  const world: Pick<World, 'calls' | 'emitted' | 'logged' | 'turns' | 'secret'> = {
    calls: [],
    emitted: [],
    logged: [],
    turns: [],
    secret: { AWSCURRENT: version('v1'), AWSPREVIOUS: { kind: 'absent' } },
  };
  const log = (event: string, fields?: LogFields): void => void world.logged.push({ event, fields });
  let attempts = 0;
  const newKeys = () =>
    createKeyReader({
      store: { read: (stage) => around('secret', () => world.secret[stage]) },
      clock,
      cacheSeconds: 300,
      graceSeconds: 900,
    });
  let keys = newKeys();
  const newHealth = () => createProviderHealth({ table, provider: 'fake', clock });
  let health = newHealth();
  const ports: RetryPorts = {
    room,
    clock,
    ledger: createDynamoDbLedger(table),
    optOuts: createOptOuts(table),
    keys: { current: () => keys.current(), afterRefusal: (refused) => keys.afterRefusal(refused) },
    hashes: () => Promise.resolve(PEPPER),
    queue,
    health: { look: () => health.look(), admit: () => health.admit(), learn: (end, calls) => health.learn(end, calls) },
    receiptUrl: 'https://receipts.test/v1/receipts',
    pace: createSenderPace({ table, room, clock }),
    budget: createRetryBudget(table, clock),
    provider: {
      name: 'fake',
      send: (message, key, deadline) =>
        around(
          'provider',
          () => {
            const { outcome, took } = world.turns.shift() ?? ACCEPTS;
            world.calls.push({ message, key: key?.reveal() ?? null, outcome: outcome.kind, took, deadline });
            return outcome === ACCEPTS.outcome ? { ...outcome, providerMessageId: `p-${world.calls.length}` } : outcome;
          },
          key?.reveal(),
        ),
    },
    metrics: { emit: (values, scope) => void world.emitted.push({ values, scope }) },
    log: { info: log, warn: log, error: log },
    newAttempt: () => `attempt-${++attempts}`,
    random: () => 0.5,
  };
  const retry = async (): Promise<RetryResult | undefined> => {
    const due = queue.take();
    if (due === undefined) return undefined;
    const { id, at } = due;
    const record = { messageId: 'delivery', body: JSON.stringify({ id, at }) };
    const { batchItemFailures } = await createHandler(() => ports)({ Records: [record] }, INVOCATION);
    const result = batchItemFailures.length > 0 ? 'again' : 'done';
    if (result === 'again') queue.waiting.push({ ...due, visibleAt: clock.now() + VISIBILITY_MS });
    return result;
  };
  const pass = async (ms: number): Promise<void> => {
    const until = clock.now() + ms;
    for (let next = queue.nextAt(); next !== undefined && next <= until; next = queue.nextAt()) {
      clock.advance(Math.max(0, next - clock.now()));
      await retry();
    }
    clock.advance(Math.max(0, until - clock.now()));
  };
  return {
    ...world,
    clock,
    table,
    queue,
    ports,
    retry,
    sweep: () => createSweepHandler(() => ({ ...ports, index: createDueIndex(table) }))({}, MINUTE),
    pass,
    environment: () => ({
      ...ports,
      keys: newKeys(),
      health: newHealth(),
      pace: createSenderPace({ table, room, clock }),
      budget: createRetryBudget(table, clock),
    }),
    restart: () => {
      keys = newKeys();
      health = newHealth();
    },
    send: async (body = SMS, idempotencyKey = 'key-1', app = 'shop') => {
      const deadline = clock.monotonic() + 9500;
      const result = await sendMessage(ports, { app, idempotencyKey, body, requestId: 'r-1', deadline });
      if (result.kind === 'dry-run') throw new Error('got the report of a dry run');
      return result;
    },
    used: (limit = 'messages-per-day', app = 'shop') => Number(table.items.get(`app#${app}`)?.[`${limit}-used`] ?? 0),
  };
};

/** An AWS call that failed, with or without effect. */
export const awsFailure = (effect: 'none' | 'unknown'): AwsError =>
  new AwsError('Test', { code: 'test', retryable: true, effect, status: undefined, details: {} });
