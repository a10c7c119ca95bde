import type { FakeClock } from './fake-clock.ts';
import { KEY_REFUSED, LOST_ANSWER, LOST_REQUEST, NOT_SENT, REJECTED } from './results.ts';
import { awsFailure, type ProviderTurn } from './world.ts';

/**
 * What can go wrong at one call to the outside.
 *
 * - `refused`: a definite no: a throttled call, a provider that is busy or takes no connection.
 * - `lost-request`, `lost-answer`: nobody answers within the call's time; it did not happen, or it did.
 * - `late`: nobody answers, and it happens after everything else of the invocation is over.
 * - `crash-before`, `crash-after`: the function dies, and nothing of it runs any more.
 * - `rejected`, `key-refused`, `throws`: the provider refuses the message or the key; its adapter is broken.
 * - `denied`: the key may not be read.
 * - `on-its-way`: the provider's records show the message, and not yet what becomes of it.
 */
export type Fault =
  | 'refused'
  | 'lost-request'
  | 'lost-answer'
  | 'late'
  | 'crash-before'
  | 'crash-after'
  | 'rejected'
  | 'key-refused'
  | 'throws'
  | 'denied'
  | 'on-its-way';

const WRITE: readonly Fault[] = ['refused', 'lost-request', 'lost-answer', 'late', 'crash-before', 'crash-after'];
/** When the crash comes is no matter to who only reads, and a read that nobody answers is one that was refused. */
const READ: readonly Fault[] = ['refused', 'crash-before'];

/** The faults that differ, by what the call is. */
const FAULTS_AT: Readonly<Record<string, readonly Fault[]>> = {
  put: WRITE,
  update: WRITE,
  delete: WRITE,
  get: READ,
  query: ['crash-before'],
  secret: ['refused', 'denied', 'crash-before'],
  provider: [
    'refused',
    'rejected',
    'key-refused',
    'lost-request',
    'lost-answer',
    'throws',
    'crash-before',
    'crash-after',
  ],
  // Whether the queue says no or nothing is the same to who adds.
  queue: ['lost-request', 'lost-answer', 'crash-before', 'crash-after'],
  // A delivery that was handled and not deleted comes again.
  acknowledge: ['lost-request'],
  records: ['refused', 'on-its-way', 'crash-before'],
  // A letter that was received is hidden for a while, whoever hears of it.
  receive: ['lost-request', 'lost-answer', 'crash-after'],
  remove: ['lost-request', 'lost-answer', 'crash-before', 'crash-after'],
  // One that nobody releases comes back by itself.
  release: ['lost-request'],
};

export const faultsAt = (operation: string): readonly Fault[] => FAULTS_AT[operation] ?? [];

/** After which nobody can know, for a while or for good, whether a message was sent. */
export const isAmbiguous = (fault: Fault, operation: string): boolean => {
  if (fault === 'crash-before' || fault === 'crash-after' || fault === 'throws') return true;
  const decides = operation === 'provider' || faultsAt(operation) === WRITE;
  return decides && ['lost-request', 'lost-answer', 'late'].includes(fault);
};

/** What is struck. */
export interface Struck {
  readonly clock: FakeClock;
  readonly turns: ProviderTurn[];
  /** Ends the function that makes the call. */
  die(): void;
  /** Does what is late, later. */
  later(apply: () => void): void;
  /** What the provider's records say next. */
  onItsWay(): void;
}

const TURNS: Readonly<Partial<Record<Fault, ProviderTurn>>> = {
  refused: NOT_SENT,
  rejected: REJECTED,
  'key-refused': KEY_REFUSED,
  'lost-request': LOST_REQUEST,
  'lost-answer': LOST_ANSWER,
  throws: LOST_ANSWER,
};

/** As long as a call may take: the provider's, and one of the ledger's. */
const HANG_MS = { provider: 6000, aws: 1000 };

/** What a fault makes of a call. */
export const strike = <T>(fault: Fault, operation: string, apply: () => T, struck: Struck): Promise<T> => {
  if (fault === 'crash-before' || fault === 'crash-after') {
    if (fault === 'crash-after') apply();
    struck.die();
    return new Promise(() => undefined);
  }
  if (fault === 'on-its-way') {
    struck.onItsWay();
    return Promise.resolve(apply());
  }
  const isLost = fault === 'lost-request' || fault === 'lost-answer' || fault === 'late';
  if (isLost) struck.clock.advance(operation === 'provider' ? HANG_MS.provider : HANG_MS.aws);
  if (operation === 'provider') return refuse(fault, apply, struck);
  // The adapter of the secret's store makes values of its errors.
  if (operation === 'secret') return Promise.resolve({ kind: fault === 'denied' ? 'denied' : 'unavailable' } as T);
  if (fault === 'lost-answer') apply();
  if (fault === 'late') struck.later(() => void apply());
  return Promise.reject(awsFailure(isLost ? 'unknown' : 'none'));
};

const refuse = <T>(fault: Fault, apply: () => T, { turns }: Struck): Promise<T> => {
  turns.unshift(TURNS[fault] ?? NOT_SENT);
  const outcome = apply();
  return fault === 'throws' ? Promise.reject(new TypeError('the adapter is broken')) : Promise.resolve(outcome);
};
