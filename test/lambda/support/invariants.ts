import type { MessageRecord } from '../../../lambda/shared/message.ts';
import type { World } from './world.ts';

/** As the table holds them: without `dueAt` when nothing is due. */
const recordsIn = (world: World) =>
  [...world.table.items.values()].filter(({ state }) => state !== undefined) as unknown as (Omit<
    MessageRecord,
    'dueAt'
  > & { readonly dueAt?: number })[];

/** Messages that the provider took, by id: how often. */
const takenIn = (world: World): Map<string, number> => {
  const taken = new Map<string, number>();
  for (const { message, took } of world.calls) if (took) taken.set(message.id, (taken.get(message.id) ?? 0) + 1);
  return taken;
};

/** What must hold at every moment. @throws Error that says what does not */
export const checkNow = (world: World): void => {
  const taken = takenIn(world);
  const records = recordsIn(world);
  for (const [id, times] of taken) if (times > 1) throw new Error(`${id} was sent ${times} times`);
  for (const { id, state } of records) {
    const isTaken = taken.has(id);
    if (isTaken && ['queued', 'rejected', 'expired'].includes(state)) {
      throw new Error(`lost: the provider has ${id}, and the ledger says ${state}`);
    }
    if (state === 'accepted' && !isTaken) throw new Error(`${id} is accepted without the provider`);
  }
  if (world.used() < taken.size) throw new Error('a unit was given back for a message that was sent');
};

/**
 * What must hold when everything has come to rest.
 *
 * @param promised messages that an app was told are recorded
 * @param ambiguous faults after which an outcome could not be known
 * @throws Error that says what does not
 */
export const checkAtRest = (world: World, promised: ReadonlySet<string>, ambiguous: number): void => {
  checkNow(world);
  const records = recordsIn(world);
  for (const id of promised) if (!records.some((record) => record.id === id)) throw new Error(`${id} is gone`);
  for (const { id, state, dueAt, sealed } of records) {
    if (!['accepted', 'rejected', 'expired', 'unknown'].includes(state)) throw new Error(`${id} is ${state} for ever`);
    if (dueAt !== undefined) throw new Error(`${id} is ${state} and due for ever`);
    if (sealed !== null) throw new Error(`${id} is ${state} and keeps what is personal`);
  }
  const unknown = records.filter(({ state }) => state === 'unknown').length;
  if (unknown > ambiguous) throw new Error(`${unknown} unknown after ${ambiguous} ambiguous faults`);
  if (world.queue.waiting.length > 0) throw new Error('an appointment is left');
};
