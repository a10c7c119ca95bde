import { SecretVersionsError } from '../../../../lambda/shared/secret-versions.ts';
import { AwsError } from '../../../../lambda/shared/aws/aws-error.ts';
import type { HttpCall } from '../../../../lambda/shared/http.ts';
import type { SecretVersions } from '../../../../lambda/shared/secret-versions.ts';
import type { Schedule } from '../../support/explore/stage.ts';
import type { Interference } from './room.ts';

/**
 * What may happen to one call to the outside.
 *
 * - `error`: it is refused, and nothing was done.
 * - `lost`: it is done, and the answer does not come back.
 * - `crash-before`, `crash-after`: the function dies, before or after it was done.
 */
export const FAULTS = ['error', 'lost', 'crash-before', 'crash-after'] as const;
export type Fault = (typeof FAULTS)[number];

/** The process is gone: whatever code of it still runs can do nothing to the outside. */
class Crash extends Error {
  override readonly name = 'Crash';
}

/** Calls to the outside that only read: for these a lost answer is an error, and when the crash comes is no matter. */
const READS = new Set(['describe', 'get', 'getItem', 'GET']);

export const isRead = (call: string): boolean => READS.has(call);

export interface FaultInjector extends Interference {
  /** A new process: what crashed is forgotten. With a schedule of its own, its calls are counted from 0. */
  start(schedule?: Schedule<Fault>): void;
  /** Whether faults happen, and calls are counted, at all. */
  armed: boolean;
  /** Every armed call so far, by its name. */
  readonly calls: readonly string[];
  readonly injected: number;
  /** Whether the process died. */
  readonly isDead: boolean;
  /** Called after every armed call that was done. */
  onCall: ((call: string) => void) | undefined;
}

export const createFaultInjector = (initial: Schedule<Fault> = new Map()): FaultInjector => {
  const calls: string[] = [];
  let schedule = initial;
  let dead = false;
  let injected = 0;

  const through = async <T>(name: string, call: () => Promise<T>, failed: (lost: boolean) => T | Promise<T>) => {
    if (!injector.armed) return call();
    if (dead) throw new Crash();
    const fault = schedule.get(calls.length);
    calls.push(name);
    if (fault !== undefined) injected += 1;
    if (fault === 'error') return failed(false);
    if (fault === 'crash-before') {
      dead = true;
      throw new Crash();
    }
    const result = await call();
    injector.onCall?.(name);
    if (fault === 'lost') return failed(true);
    if (fault === 'crash-after') {
      dead = true;
      throw new Crash();
    }
    return result;
  };

  const store = (operation: string) => (): never => {
    throw new SecretVersionsError(operation, 'secret-store-unavailable', undefined);
  };
  const table =
    (operation: string) =>
    (lost: boolean): never => {
      const failure = { code: 'timeout', retryable: true, status: undefined, details: {} };
      throw new AwsError(operation, { ...failure, effect: lost ? 'unknown' : 'none' });
    };

  const injector: FaultInjector = {
    armed: false,
    calls,
    onCall: undefined,
    get injected() {
      return injected;
    },
    get isDead() {
      return dead;
    },
    start: (next) => {
      dead = false;
      if (next === undefined) return;
      schedule = next;
      calls.length = 0;
    },
    secret: (secret): SecretVersions => ({
      describe: () => through('describe', () => secret.describe(), store('describe')),
      get: (...input) => through('get', () => secret.get(...input), store('get')),
      put: (...input) => through('put', () => secret.put(...input), store('put')),
      moveStage: (...input) => through('moveStage', () => secret.moveStage(...input), store('moveStage')),
      startRotation: (...input) =>
        through('startRotation', () => secret.startRotation(...input), store('startRotation')),
    }),
    table: ({ getItem, putItem }) => ({
      getItem: (...input) => through('getItem', () => getItem(...input), table('GetItem')),
      putItem: (...input) => through('putItem', () => putItem(...input), table('PutItem')),
    }),
    http:
      (http): HttpCall =>
      (request) =>
        through(
          // Infobip's check of a key only asks.
          String(request.url).endsWith('/preview') ? 'GET' : request.method,
          () => http(request),
          (lost) =>
            lost ? { kind: 'no-answer', cause: 'timeout' } : { kind: 'response', status: 503, headers: {}, body: '{}' },
        ),
  };
  return injector;
};

/** The faults that differ for a call. */
export const faultsFor = (call: string): readonly Fault[] => (isRead(call) ? ['error', 'crash-before'] : FAULTS);
