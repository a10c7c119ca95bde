import { randomUUID } from 'node:crypto';

import { createCredentialManager } from '../../../../lambda/providers/credential-managers.ts';
import { createProviderRecords } from '../../../../lambda/providers/records.ts';
import { PROVIDERS } from '../../../../lambda/providers/contract.ts';
import {
  type RoomCommand,
  type RoomCommandResult,
  ROTATION_STEPS,
  type RotationStep,
} from '../../../../lambda/rotate-key/contract.ts';
import { createHandler } from '../../../../lambda/rotate-key/handler.ts';
import type { ReadRecordsPorts } from '../../../../lambda/read-records/ports.ts';
import type { Keys, RoomName, RotateKeyDependencies } from '../../../../lambda/rotate-key/ports.ts';
import { createRotationStateStore } from '../../../../lambda/rotate-key/rotation-state-table.ts';
import type { Clock } from '../../../../lambda/shared/clock.ts';
import type { HttpCall } from '../../../../lambda/shared/http.ts';
import type { LogFields } from '../../../../lambda/shared/log.ts';
import { SecretValue } from '../../../../lambda/shared/secret-value.ts';
import type { SecretVersions } from '../../../../lambda/shared/secret-versions.ts';
import { checkpointOf, type Restore, restoreAll } from '../../../../local/simulators/checkpoint.ts';
import type { SimulatedProvider } from '../../../../local/simulators/provider.ts';
import { SIMULATED_PROVIDERS, type SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { createMemorySecret, type MemorySecret } from './memory-secret.ts';
import { createMemoryTable, type MemoryTable } from './memory-table.ts';
import { EGRESS, simulatedHttp } from './simulated-http.ts';

export const SENDING_ARN = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:keyroom/test/otp/sending-AbCdEf';
const ALARM_ARN = 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:keyroom-test-otp-key-refused';
export const PREFIX = 'keyroom-test-otp-';
const NAME: RoomName = { room: 'otp', environment: 'test' };
/** Lambda's context of every invocation. */
export const INVOCATION = { awsRequestId: 'invocation-1' };

/** Wraps the world's doors, to inject faults into them. */
export interface Interference {
  secret(secret: SecretVersions): SecretVersions;
  http(http: HttpCall): HttpCall;
  table(table: Pick<MemoryTable, 'getItem' | 'putItem'>): Pick<MemoryTable, 'getItem' | 'putItem'>;
}

const NONE: Interference = { secret: (secret) => secret, http: (http) => http, table: (table) => table };

export interface TestRoom {
  readonly sending: MemorySecret;
  readonly managing: MemorySecret;
  readonly inbox: MemorySecret;
  readonly table: MemoryTable;
  readonly simulator: SimulatedProvider;
  readonly keys: Keys;
  /** What the function's handler is made of. */
  readonly deps: RotateKeyDependencies;
  /** What the function that reads the provider's records is made of. */
  readonly reading: ReadRecordsPorts;
  readonly logged: readonly { readonly event: string; readonly fields: LogFields | undefined }[];
  readonly emitted: readonly Readonly<Record<string, number>>[];
  /** Address the provider sees. */
  source: string;
  advance(seconds: number): void;
  /** Deploys other settings. */
  configure(settings: Partial<Keys['settings']>): void;
  /** Goes on to the next moment that the function's clock can tell. */
  nextTick(): void;
  now(): number;
  /** Everything outside the function; what it logged and counted since then is forgotten. */
  checkpoint(): Restore;
  command(action: RoomCommand['action'], more?: Omit<RoomCommand, 'action'>): Promise<RoomCommandResult>;
  /** The alarm on refused keys goes off. @returns `done`, or the code of the failure that Lambda sees */
  alarm(): Promise<string>;
  step(step: RotationStep, token: string, secretId?: string): Promise<void>;
  /** What a person types, as the CLI puts it into the inbox. @returns the version's id */
  putCandidate(value?: unknown, stages?: readonly string[]): Promise<string>;
  /** What RotateSecret does before it calls the function, unless a rotation is under way. @returns the one there is now */
  beginRotation(token?: string): string;
  /**
   * Secrets Manager's part: begins a rotation, or goes on with an unfinished one, and runs the steps, the whole again
   * when one fails.
   *
   * @returns `done`, or the code of the last failure
   */
  rotate(options?: { readonly tries?: number; readonly token?: string }): Promise<string>;
  /** How often a metric was counted. */
  total(metric: string): number;
}

/** The stable code of an error, or its name. */
export const codeOf = (error: unknown): string =>
  error instanceof Error ? ('code' in error ? String(error.code) : error.name) : 'not an error';

/**
 * A room over the provider's simulator and in-memory stores, driven through the function's handler.
 *
 * @param tickMs the smallest difference of time that the function and its stores can tell; the provider's clock is exact
 */
export const createTestRoom = (
  provider: SimulatedProviderName,
  interference: Interference = NONE,
  settings: Partial<Keys['settings']> = {},
  tickMs = 1,
): TestRoom => {
  let now = Date.parse('2026-11-01T08:00:00Z');
  const clock: Clock = {
    now: () => now - (now % tickMs),
    monotonic: () => now,
    wait: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const simulator = SIMULATED_PROVIDERS[provider]({ now: () => now });
  const [sending, managing, inbox] = [1, 2, 3].map(() => createMemorySecret(() => clock.now())) as [
    MemorySecret,
    MemorySecret,
    MemorySecret,
  ];
  const table = createMemoryTable();
  const logged: { event: string; fields: LogFields | undefined }[] = [];
  const emitted: Readonly<Record<string, number>>[] = [];
  const record = (event: string, fields?: LogFields): void => void logged.push({ event, fields });
  const log = { info: record, warn: record, error: record };
  const metrics = { emit: (values: Readonly<Partial<Record<string, number>>>) => void emitted.push(values as never) };
  const bare = simulatedHttp(
    () => simulator,
    () => room.source,
  );
  // Time passes with every call, or a provider's limit per second would count a whole test as one.
  const http: HttpCall = (request) => {
    now += 120;
    return bare(request);
  };
  const keys: Keys = {
    sending: interference.secret(sending),
    managing: interference.secret(managing),
    inbox: interference.secret(inbox),
    provider: createCredentialManager(provider, { http: interference.http(http) })!,
    state: createRotationStateStore(interference.table(table), clock),
    clock,
    log,
    metrics,
    settings: {
      namePrefix: PREFIX,
      siblingPrefixes: ['keyroom-test-notices-'],
      addressesInUse: [EGRESS, '203.0.113.11'],
      allowedAddresses: [EGRESS, '203.0.113.11'],
      channels: ['sms'],
      managingFields: PROVIDERS[provider]!.managingFields,
      handover: PROVIDERS[provider]!.handover!,
      graceSeconds: 900,
      rotationDays: 30,
      ...settings,
    },
    newToken: randomUUID,
  };
  const records = createProviderRecords(provider, { http: interference.http(http), clock });
  if (records === undefined) throw new Error(`${provider} keeps no records`);
  const reading: ReadRecordsPorts = { records, sending: keys.sending, managing: keys.managing, clock, log };
  const deps = { name: NAME, keys, sendingSecretArn: SENDING_ARN, log, metrics };
  const handler = createHandler(deps);
  const room: TestRoom = {
    sending,
    managing,
    inbox,
    table,
    simulator,
    keys,
    deps,
    reading,
    logged,
    emitted,
    source: EGRESS,
    now: () => clock.now(),
    nextTick: () => {
      now = Math.ceil(now / tickMs) * tickMs;
    },
    checkpoint: () => {
      const [savedNow, savedLogged, savedEmitted] = [now, [...logged], [...emitted]];
      const stores = [sending.checkpoint(), managing.checkpoint(), inbox.checkpoint(), checkpointOf(table.items)];
      const restore = restoreAll([...stores, simulator.checkpoint()]);
      return () => {
        now = savedNow;
        logged.splice(0, Infinity, ...savedLogged);
        emitted.splice(0, Infinity, ...savedEmitted);
        restore();
      };
    },
    configure: (changed) => {
      Object.assign(keys.settings, changed);
    },
    advance: (seconds) => {
      now += seconds * 1000;
    },
    command: async (action, more = {}) => (await handler({ action, ...more }, INVOCATION))!,
    alarm: () => handler({ source: 'aws.cloudwatch', alarmArn: ALARM_ARN }, INVOCATION).then(() => 'done', codeOf),
    step: async (step, token, secretId = SENDING_ARN) => {
      await handler({ Step: step, SecretId: secretId, ClientRequestToken: token }, INVOCATION);
    },
    putCandidate: async (value = simulator.account().managing, stages = ['AWSCURRENT']) => {
      const token = randomUUID();
      await inbox.put(token, new SecretValue(typeof value === 'string' ? value : JSON.stringify(value)), stages);
      return token;
    },
    beginRotation: (token = randomUUID()) => {
      const pending = sending.holder('AWSPENDING');
      if (pending !== undefined && pending !== sending.holder('AWSCURRENT')) return pending;
      sending.beginRotation(token);
      return token;
    },
    rotate: async ({ tries = 1, token } = {}) => {
      const used = room.beginRotation(token);
      let failure = 'never tried';
      for (let attempt = 0; attempt < tries; attempt += 1) {
        if (attempt > 0) now += 300_000;
        try {
          for (const step of ROTATION_STEPS) await room.step(step, used);
          return 'done';
        } catch (error: unknown) {
          failure = codeOf(error);
        }
      }
      return failure;
    },
    total: (metric) => emitted.reduce((sum, values) => sum + (values[metric] ?? 0), 0),
  };
  return room;
};
