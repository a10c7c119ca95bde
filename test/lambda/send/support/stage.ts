import { AsyncLocalStorage } from 'node:async_hooks';

import type { Schedule, Stage } from '../../support/explore/stage.ts';
import type { Around } from '../../support/fake-table.ts';
import { type Fault, faultsAt, isAmbiguous, strike } from '../../support/faults.ts';
import { KEY_REFUSED } from '../../support/results.ts';
import { checkpoint } from './checkpoint.ts';
import { fingerprint, TICK_MS } from './fingerprint.ts';
import { DIED, type ProviderTraits, type Run, SendRoom } from './send-room.ts';

/**
 * What may happen while a call is on its way: the app repeats its request, the queue delivers the same once more, the
 * function stands still for longer than its lease, and a sweep passes, or the provider says what became of the message.
 */
const MEANWHILE = ['meanwhile-request', 'meanwhile-delivery', 'meanwhile-sweep', 'meanwhile-receipt'] as const;
export type SendFault = Fault | (typeof MEANWHILE)[number];

const isMeanwhile = (fault: SendFault): fault is (typeof MEANWHILE)[number] => fault.startsWith('meanwhile-');

/** A function at work. */
interface Actor {
  isDead: boolean;
  /** Whether it works while another one waits. */
  readonly isWithin: boolean;
  readonly died: () => void;
}

/** Longer than a lease. */
const STANDSTILL_MS = 11_000;
const READS: readonly string[] = ['get', 'query', 'secret', 'records', 'acknowledge', 'receive', 'release'];
const FURTHER_QUERY = 'a further query';
/** Marks a call that may not be overtaken. */
const WITHIN = 'within ';

/** Where one message is sent. */
export const createSendStage = (provider: ProviderTraits = {}): Stage<SendRoom, SendFault> => {
  const current = new AsyncLocalStorage<Actor>();
  let schedule: Schedule<SendFault> = new Map();
  let onChange: (() => void) | undefined;
  const calls: string[] = [];
  const late: (() => void)[] = [];
  const working = new Set<Promise<unknown>>();

  const run: Run = <T>(work: () => Promise<T>) => {
    const isWithin = current.getStore() !== undefined;
    const result = new Promise<T | typeof DIED>((resolve, reject) => {
      const actor = { isDead: false, isWithin, died: () => resolve(DIED) };
      current.run(actor, () => void work().then(resolve, reject));
    });
    working.add(result);
    return result;
  };

  const meanwhile = async (fault: (typeof MEANWHILE)[number]): Promise<void> => {
    if (fault === 'meanwhile-request') await room.ask();
    else if (fault === 'meanwhile-delivery' && room.delivered !== undefined) await room.deliver(room.delivered);
    else if (fault === 'meanwhile-receipt') await room.receipt();
    else if (fault === 'meanwhile-sweep') {
      room.world.clock.advance(STANDSTILL_MS);
      await room.sweep();
    }
  };

  const around: Around = async (operation, call, about) => {
    const actor = current.getStore();
    const apply = () => {
      if (operation === 'provider' && about !== undefined && room.deadKeys.has(about))
        room.world.turns.unshift(KEY_REFUSED);
      const result = call();
      if (!READS.includes(operation)) onChange?.();
      return result;
    };
    if (actor === undefined || onChange === undefined) return apply();
    if (actor.isDead) return new Promise(() => undefined);
    const fault = schedule.get(calls.length);
    calls.push(nameOf(operation, actor));
    if (fault === undefined) return apply();
    if (fault === 'meanwhile-sweep' || (!isMeanwhile(fault) && isAmbiguous(fault, operation))) room.known.ambiguous++;
    if (!isMeanwhile(fault)) {
      // What was called at the same time is on its way, too: it ends with the next turn.
      const die = (): void => {
        queueMicrotask(() => {
          actor.isDead = true;
          actor.died();
        });
      };
      const onItsWay = (): void => void (room.book.isOnItsWay = true);
      const { clock, turns } = room.world;
      return strike(fault, operation, apply, { clock, turns, die, onItsWay, later: (done) => void late.push(done) });
    }
    await meanwhile(fault);
    return apply();
  };
  const nameOf = (operation: string, { isWithin }: Actor): string => {
    // A question to the index changes nothing: whichever fails, the sweep did not happen, or what it did, happened.
    if (operation === 'query' && (isWithin || calls.length > 0)) return FURTHER_QUERY;
    if (isWithin) return WITHIN + operation;
    return room.delivered === undefined ? operation : `${operation} again`;
  };

  const others = MEANWHILE.filter((each) => each !== 'meanwhile-receipt' || provider.receipts !== undefined);
  const room = new SendRoom({ around, run, provider });
  return {
    room,
    play: async (next, invocation, changed) => {
      [schedule, onChange] = [next, changed];
      calls.length = 0;
      const result = await invocation();
      // A function that died may have left another one at work, and calls on their way.
      for (const work of working) await work.catch(() => undefined);
      working.clear();
      await new Promise((resolve) => setImmediate(resolve));
      for (const apply of late.splice(0)) apply();
      changed();
      [schedule, onChange] = [new Map(), undefined];
      return { result, calls: [...calls] };
    },
    faultsFor: (call) => {
      if (call === FURTHER_QUERY) return [];
      if (call.startsWith(WITHIN)) return faultsAt(call.slice(WITHIN.length));
      const [operation = '', again] = call.split(' ');
      if (READS.includes(operation)) return faultsAt(operation);
      return [...faultsAt(operation), ...others.filter((each) => each !== 'meanwhile-delivery' || again !== undefined)];
    },
    nextTick: () => {
      const { clock } = room.world;
      clock.advance(TICK_MS - (clock.now() % TICK_MS));
    },
    checkpoint: () => checkpoint(room),
    fingerprint: (position) => fingerprint(room, position),
  };
};
