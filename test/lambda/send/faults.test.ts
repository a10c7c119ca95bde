import type { SendResult } from '../../../lambda/send/ports.ts';
import type { Problem } from '../../../lambda/shared/problem.ts';
import type { Around } from '../support/fake-table.ts';
import { awsFailure, createWorld, type ProviderTurn, type World } from '../support/world.ts';
import { ADDRESS_REFUSED, KEY_REFUSED, LOST_ANSWER, LOST_REQUEST, NOT_SENT, REJECTED } from '../support/results.ts';

/**
 * What can go wrong at one call to the outside.
 *
 * - `refused`: a definite no. - `lost-request`, `lost-answer`: nobody answers; it happened, or it did not.
 * - `late`: nobody answers, and it happens after the app has been answered.
 * - `crash-before`, `crash-after`: the function dies, and nothing of it runs any more.
 */
const FAULTS = ['refused', 'lost-request', 'lost-answer', 'late', 'crash-before', 'crash-after'] as const;
type Fault = (typeof FAULTS)[number];
/** Number of the call at which each fault strikes. */
type Schedule = ReadonlyMap<number, Fault>;

const CRASHED = 'crashed';

/** An app that repeats its request, and a room that keeps its appointments, under a schedule of faults. */
const play = async (schedule: Schedule, turns: readonly ProviderTurn[]) => {
  let step = 0;
  let crash: (() => void) | undefined;
  const late: (() => void)[] = [];
  const around: Around = <T>(operation: string, apply: () => T): Promise<T> => {
    const fault = schedule.get(step++);
    const isAws = operation !== 'provider' && operation !== 'secret';
    if (fault === undefined) return Promise.resolve(apply());
    if (fault === 'crash-before' || fault === 'crash-after') {
      if (fault === 'crash-after') apply();
      crash?.();
      return new Promise(() => undefined);
    }
    // The provider's and the secret's own ways to fail are their turns and reads, not exceptions.
    if (!isAws) return Promise.resolve(apply());
    if (fault === 'lost-answer') apply();
    if (fault === 'late') late.push(() => void apply());
    return Promise.reject(awsFailure(fault === 'refused' ? 'none' : 'unknown'));
  };
  const world = createWorld({ around });
  world.turns.push(...turns);
  const run = async <T>(work: () => Promise<T>): Promise<T | typeof CRASHED> => {
    const crashed = new Promise<typeof CRASHED>((resolve) => (crash = () => resolve(CRASHED)));
    const result = await Promise.race([work(), crashed]);
    if (result === CRASHED) world.restart();
    late.splice(0).forEach((apply) => apply());
    return result;
  };

  const answers: (SendResult | typeof CRASHED)[] = [];
  for (let round = 0; round < 6; round++) {
    answers.push(await run(() => world.send()));
    const until = world.clock.now() + ROUND_MS;
    for (let next = world.queue.nextAt(); next !== undefined && next <= until; next = world.queue.nextAt()) {
      world.clock.advance(Math.max(0, next - world.clock.now()));
      const waiting = world.queue.waiting.find(({ visibleAt }) => visibleAt <= world.clock.now())!;
      // A delivery that nobody deleted comes again.
      if ((await run(() => world.retry())) === CRASHED)
        world.queue.waiting.push({ ...waiting, visibleAt: world.clock.now() + 60_000 });
      check(world, answers);
    }
    world.clock.advance(Math.max(0, until - world.clock.now()));
    check(world, answers);
    if (isSettled(answers.at(-1)!)) break;
  }
  return { world, answers, steps: step };
};

/** Longer than a lease and than the time after which an appointment comes again. */
const ROUND_MS = 70_000;

const isSettled = (answer: SendResult | typeof CRASHED): boolean => {
  if (answer === CRASHED) return false;
  if (answer.kind === 'problem') return answer.problem.document.retry !== 'same-key';
  return !['queued', 'sending'].includes(answer.message.status);
};

/** Whether a refusal says that the message may have been sent, by this request or an earlier one. */
const admits = ({ document }: Problem): boolean =>
  document.sent || (document.retry === 'same-key' && document.detail.includes('an earlier one'));

/** What must hold whatever happened. */
const check = (world: World, answers: readonly (SendResult | typeof CRASHED)[]): void => {
  const taken = world.calls.filter(({ took }) => took).length;
  const record = [...world.table.items.values()].find(({ pk }) => typeof pk === 'string' && pk.startsWith('message#'));
  const answer = answers.at(-1)!;
  const state = typeof record?.state === 'string' ? record.state : 'nothing';
  if (taken > 1) throw new Error('sent twice');
  if (world.used() < taken) throw new Error('a unit was given back for a message that was sent');
  if (taken === 1 && !['sending', 'accepted', 'unknown'].includes(state)) {
    throw new Error(`lost: the provider has it and the ledger says ${state}`);
  }
  if (state === 'accepted' && taken === 0) throw new Error('accepted without the provider');
  if (answer === CRASHED) return;
  if (answer.kind === 'problem' && taken > 0 && !admits(answer.problem)) throw new Error('said not sent, but was');
  if (answer.kind === 'message' && answer.message.safeToResend && taken > 0) throw new Error('said safe, but was sent');
  if (answer.kind === 'message' && answer.message.status === 'accepted' && taken === 0)
    throw new Error('said accepted');
};

const TURNS: Readonly<Record<string, readonly ProviderTurn[]>> = {
  accepts: [],
  'loses the answer': [LOST_ANSWER],
  'loses the request': [LOST_REQUEST],
  rejects: [REJECTED],
  'is busy, then accepts': [NOT_SENT],
  'is busy, then loses the answer': [NOT_SENT, LOST_ANSWER],
  'refuses the key': [KEY_REFUSED],
  'refuses the address': [ADDRESS_REFUSED],
};

const schedulesOf = function* (steps: number, most: number): Generator<Schedule> {
  yield new Map();
  for (let i = 0; i < steps; i++) {
    for (const first of FAULTS) {
      yield new Map([[i, first]]);
      if (most < 2) continue;
      for (let j = i + 1; j < steps; j++)
        for (const second of FAULTS)
          yield new Map([
            [i, first],
            [j, second],
          ]);
    }
  }
};

/** Faults in one schedule. */
const MAX_FAULTS = Math.min(2, Number(process.env.KEYROOM_MAX_FAULTS ?? 2));

describe(`every schedule of at most ${MAX_FAULTS} faults`, () => {
  test.each(Object.entries(TURNS))(
    'with a provider that %s: nothing doubled, nothing lost',
    async (_name, turns) => {
      const { steps } = await play(new Map(), turns);
      let played = 0;
      for (const schedule of schedulesOf(steps + 4, MAX_FAULTS)) {
        try {
          await play(schedule, turns);
        } catch (error: unknown) {
          throw new Error(`${String(error)} under ${JSON.stringify([...schedule])}`, { cause: error });
        }
        played++;
      }
      expect(played).toBeGreaterThan(30 ** MAX_FAULTS);
    },
    120_000,
  );

  test('a single fault that gives no definite answer never keeps a willing app from its message for ever', async () => {
    for (const schedule of schedulesOf(8, 1)) {
      const { answers } = await play(schedule, []);
      const last = answers.at(-1)!;
      expect(last === CRASHED ? last : last.kind).toBe('message');
    }
  });
});
