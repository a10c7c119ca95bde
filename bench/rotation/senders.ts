import type { SimulatedProviderName } from '../../local/simulators/start.ts';
import { randomUUID } from 'node:crypto';

import { createProvider } from '../../lambda/providers/registry.ts';
import { createHandler } from '../../lambda/send/handler.ts';
import type { SendPorts } from '../../lambda/send/ports.ts';
import type { AppLimits, RoomPolicy } from '../../lambda/shared/contract.ts';
import { createDynamoDbLedger } from '../../lambda/shared/dynamodb-ledger.ts';
import { createOptOuts } from '../../lambda/shared/dynamodb-opt-outs.ts';
import { createKeyReader, type KeyReader } from '../../lambda/shared/key-reader.ts';
import { createPepper } from '../../lambda/shared/pepper.ts';
import { alwaysHealthy } from '../../lambda/shared/provider-health.ts';
import { noPace } from '../../lambda/shared/sender-pace.ts';
import { SecretValue } from '../../lambda/shared/secret-value.ts';
import { doorEvent } from '../../test/lambda/support/door.ts';
import { APP as APP_POLICY } from '../../test/lambda/support/room.ts';
import { GRACE_SECONDS } from './rotation-function.ts';
import { APP, type OuterWorld } from './world.ts';

/** What the apps of a room saw. */
export interface Traffic {
  /** Sends one message through an environment that is free, unless all are at work. */
  send(): Promise<void>;
  readonly messages: number;
  /** Answers other than "accepted", by what they were. */
  readonly failed: ReadonlyMap<string, number>;
  /** Reads of the key that a refusal caused. */
  readonly refetches: number;
  /** Environments started. */
  readonly environments: number;
}

/** The fields of a message and of a problem that say what became of a request. */
interface Answer {
  readonly status?: string | number;
  readonly code?: string;
  readonly reason?: string | null;
}

/** The deployed cache; the last environment keeps its key for a day, so that it meets every key's death. */
const CACHE_SECONDS = 300;
const STALE_CACHE_SECONDS = 86_400;
/** How likely an environment is replaced by a new one after a message. */
const REPLACED = 0.01;
/** So many that none is ever used up. */
const UNLIMITED = Object.fromEntries(Object.keys(APP_POLICY.limits).map((name) => [name, 1e9])) as unknown as AppLimits;

/** The send function's environments, each with a key cache of its own and one request at a time. */
export const createTraffic = (world: OuterWorld, provider: SimulatedProviderName, environments: number): Traffic => {
  const { clock, random } = world;
  const room: RoomPolicy = {
    environment: 'bench',
    room: 'otp',
    provider,
    onlyRecipients: null,
    apps: { [APP]: { ...APP_POLICY, limits: { ...UNLIMITED, spendPerDay: null, spendPerMonth: null } } },
    templates: {},
    prices: null,
  };
  const failed = new Map<string, number>();
  const count = { messages: 0, refetches: 0, environments: 0 };

  const readerOf = (cacheSeconds: number): KeyReader =>
    createKeyReader({
      store: {
        read: async (stage) => {
          await world.latency();
          const stored = await world.secrets.sending.get(stage);
          await world.latency();
          return stored === null ? { kind: 'absent' } : { kind: 'value', ...stored };
        },
      },
      clock,
      cacheSeconds,
      graceSeconds: GRACE_SECONDS,
      onRefetch: () => (count.refetches += 1),
    });
  const startEnvironment = (cacheSeconds: number) => {
    count.environments += 1;
    const hashes = createPepper(new SecretValue('pepper'));
    const ports: SendPorts = {
      room,
      clock,
      ledger: createDynamoDbLedger(world.table),
      optOuts: createOptOuts(world.table),
      keys: readerOf(cacheSeconds),
      hashes: () => Promise.resolve(hashes),
      provider: createProvider(provider, { http: world.http }),
      metrics: { emit: () => undefined },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      health: alwaysHealthy,
      pace: noPace,
      // What is queued counts as not accepted: a rotation must put nothing off either.
      queue: { add: () => Promise.resolve(true) },
      newAttempt: randomUUID,
      random: () => random.next(),
      receiptUrl: null,
    };
    return createHandler(() => ports);
  };
  const slots = Array.from({ length: environments }, (_, index) => {
    const cacheSeconds = index === environments - 1 ? STALE_CACHE_SECONDS : CACHE_SECONDS;
    return { cacheSeconds, handler: startEnvironment(cacheSeconds), isBusy: false };
  });

  return {
    send: async () => {
      const free = slots.filter(({ isBusy }) => !isBusy);
      const slot = free[random.integer(0, free.length - 1)];
      if (slot === undefined) return;
      slot.isBusy = true;
      count.messages += 1;
      const number = String(count.messages);
      const end = clock.monotonic() + 10_000;
      const answer = await slot.handler(
        doorEvent({
          headers: { 'content-type': 'application/json', 'Idempotency-Key': `key-${number}` },
          body: JSON.stringify({ channel: 'sms', to: '+971500000001', from: 'Acme', text: `Message ${number}` }),
        }),
        { getRemainingTimeInMillis: () => end - clock.monotonic() },
      );
      const { status, code, reason } = JSON.parse(answer.body) as Answer;
      if (answer.statusCode !== 202 || status !== 'accepted') {
        const what = [String(answer.statusCode), status, code, reason].filter(Boolean).join(' ');
        failed.set(what, (failed.get(what) ?? 0) + 1);
      }
      if (random.next() < REPLACED) slot.handler = startEnvironment(slot.cacheSeconds);
      slot.isBusy = false;
    },
    failed,
    get messages() {
      return count.messages;
    },
    get refetches() {
      return count.refetches;
    },
    get environments() {
      return count.environments;
    },
  };
};
