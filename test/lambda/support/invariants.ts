import type { MessageRecord } from '../../../lambda/shared/message.ts';
import type { Answer } from './functions.ts';
import type { World } from './world.ts';

/** As the table holds them: without `dueAt` when nothing is due. */
export type StoredRecord = Omit<MessageRecord, 'dueAt'> & { readonly dueAt?: number };

export const recordsIn = ({ table }: Pick<World, 'table'>): readonly StoredRecord[] =>
  [...table.items.values()].filter(({ state }) => state !== undefined) as unknown as StoredRecord[];

/** Messages that the provider took, by id: how often. */
const takenIn = ({ calls }: Pick<World, 'calls'>): Map<string, number> => {
  const taken = new Map<string, number>();
  for (const { message, took } of calls) if (took) taken.set(message.id, (taken.get(message.id) ?? 0) + 1);
  return taken;
};

/** How many messages the provider took, or may have taken as far as it told. */
const perhapsTaken = ({ calls }: Pick<World, 'calls'>): number =>
  new Set(calls.filter(({ took, outcome }) => took || outcome === 'unknown').map(({ message }) => message.id)).size;

/** States in which a message certainly was not taken. */
const UNSENT: readonly string[] = ['queued', 'rejected', 'expired'];
/** States in which it certainly was. */
const SENT: readonly string[] = ['accepted', 'delivered', 'undelivered'];

/** What must hold at every moment. @returns what does not */
export const brokenNow = (world: World): readonly string[] => {
  const taken = takenIn(world);
  const { messagesPerDay } = world.ports.room.apps.shop!.limits;
  return [
    ...[...taken.values()].filter((times) => times > 1).map((times) => `a message was sent ${times} times`),
    ...recordsIn(world).flatMap(({ id, state }) => [
      ...(taken.has(id) && UNSENT.includes(state) ? [`the provider has a message that is ${state}`] : []),
      ...(!taken.has(id) && SENT.includes(state) ? [`a message is ${state} without the provider`] : []),
    ]),
    ...(world.used('messages-per-month') < perhapsTaken(world)
      ? ['a unit was given back for a message that may have been sent']
      : []),
    ...(Math.max(taken.size, world.used()) > messagesPerDay ? ['more than the limit was taken'] : []),
  ];
};

const FINAL: readonly string[] = [...SENT, 'rejected', 'expired', 'unknown'];

/**
 * What must hold when everything has come to rest.
 *
 * @param promised messages that an app was told are recorded
 * @param ambiguous faults after which an outcome could not be known
 * @returns what does not
 */
export const brokenAtRest = (world: World, promised: ReadonlySet<string>, ambiguous: number): readonly string[] => {
  const records = recordsIn(world);
  const unknown = records.filter(({ state }) => state === 'unknown').length;
  return [
    ...brokenNow(world),
    ...[...promised].filter((id) => !records.some((record) => record.id === id)).map(() => 'a message is gone'),
    ...records.flatMap(({ state, dueAt, sealed }) => [
      ...(FINAL.includes(state) ? [] : [`a message is ${state} for ever`]),
      ...(dueAt === undefined ? [] : [`a message is ${state} and due for ever`]),
      ...(sealed === null ? [] : [`a message is ${state} and keeps what is personal`]),
    ]),
    ...(unknown > ambiguous ? [`${unknown} unknown after ${ambiguous} ambiguous faults`] : []),
    ...(world.queue.waiting.length > 0 ? ['an appointment is left'] : []),
  ];
};

/** Whether a refusal says that the message may have been sent, by this request or an earlier one. */
const admits = ({ sent, retry, detail }: { sent: boolean; retry: string; detail: string }): boolean =>
  sent || (retry === 'same-key' && detail.includes('an earlier one'));

/**
 * What an app is told must be true.
 *
 * An answer is about its own request, and about a moment while that was at work: what happened to the message at the
 * same time by another way may be missing in it, unless the app would send the same again for it.
 *
 * @param before calls to the provider when the request began; all of them where nothing else was at work
 * @returns what is not true
 */
export const untrueIn = (world: World, answer: Answer, id: string, before = world.calls.length): readonly string[] => {
  const isTaken = (calls = world.calls): boolean => calls.some(({ message, took }) => took && message.id === id);
  const wasTaken = isTaken(world.calls.slice(0, before));
  if (answer.kind === 'problem') {
    const isUntrue = answer.problem.retry === 'never' ? isTaken() : wasTaken;
    return isUntrue && !admits(answer.problem) ? ['said not sent, but was'] : [];
  }
  const { status, safeToResend } = answer.message;
  return [
    ...(isTaken() && safeToResend ? ['said safe to send again, but was sent'] : []),
    ...(wasTaken && UNSENT.includes(status) ? [`said ${status}, but was sent`] : []),
    ...(!isTaken() && SENT.includes(status) ? [`said ${status}, but was not sent`] : []),
  ];
};

/** Whether an app may send the same again under a new key, as it was told. */
export const isReleased = (answer: Answer): boolean =>
  answer.kind === 'problem' ? !answer.problem.sent && answer.problem.retry === 'never' : answer.message.safeToResend;

/** Whether an app asks again, with the same key. */
export const asksAgain = (answer: Answer): boolean =>
  answer.kind === 'problem' ? answer.problem.retry !== 'never' : ['queued', 'sending'].includes(answer.message.status);

/** Whether a message came to an end that nothing changes any more. One that was accepted may still be told to have arrived. */
export const isEnd = ({ state, dueAt }: StoredRecord): boolean =>
  ['delivered', 'undelivered', 'rejected', 'expired'].includes(state) || (state === 'unknown' && dueAt === undefined);
