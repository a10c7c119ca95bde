import type { SendResult } from '../../../lambda/send/ports.ts';
import type { Problem } from '../../../lambda/shared/problem.ts';
import { type Fault, FAULTS, isAmbiguous, strike } from '../support/faults.ts';
import { checkAtRest, checkNow } from '../support/invariants.ts';
import { ADDRESS_REFUSED, KEY_REFUSED, LOST_ANSWER, LOST_REQUEST, NOT_SENT, REJECTED } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { createWorld, type ProviderTurn, type World } from '../support/world.ts';

/** Number of the call at which each fault strikes. */
type Schedule = ReadonlyMap<number, Fault>;

const CRASHED = 'crashed';
type Answer = SendResult | typeof CRASHED;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Longer than a lease, and than the time after which a delivery or an appointment comes again. */
const ROUND_MS = 70_000;

/** An app that repeats its request, and a room that keeps its appointments and sweeps, under a schedule of faults. */
const play = async (schedule: Schedule, turns: readonly ProviderTurn[]) => {
  let step = 0;
  let isQuiet = false;
  let crash = (): void => undefined;
  const late: (() => void)[] = [];
  const world = createWorld({
    around: (operation, apply) => {
      // A question to the index changes nothing: a sweep that fails there is the next one.
      const fault = operation === 'query' || isQuiet ? undefined : schedule.get(step++);
      return strike(fault, operation, apply, { crash: () => crash(), later: (each) => void late.push(each) });
    },
  });
  world.turns.push(...turns);
  const run = async <T>(work: () => Promise<T>): Promise<T | typeof CRASHED> => {
    const crashed = new Promise<typeof CRASHED>((resolve) => (crash = () => resolve(CRASHED)));
    const result = await Promise.race([work(), crashed]);
    if (result === CRASHED) world.restart();
    late.splice(0).forEach((apply) => apply());
    return result;
  };
  const room = async (ms: number): Promise<void> => {
    const until = world.clock.now() + ms;
    for (let next = world.queue.nextAt(); next !== undefined && next <= until; next = world.queue.nextAt()) {
      world.clock.advance(Math.max(0, next - world.clock.now()));
      const waiting = world.queue.waiting.find(({ visibleAt }) => visibleAt <= world.clock.now())!;
      // A delivery that nobody deleted comes again.
      if ((await run(() => world.retry())) === CRASHED)
        world.queue.waiting.push({ ...waiting, visibleAt: world.clock.now() + MINUTE });
    }
    world.clock.advance(Math.max(0, until - world.clock.now()));
    await run(() => world.sweep()).catch(() => undefined);
  };

  const answers: Answer[] = [];
  for (let round = 0; round < 6; round++) {
    answers.push(await run(() => world.send({ ...SMS, validForSeconds: 600 })));
    checkAnswer(world, answers.at(-1)!);
    await room(ROUND_MS);
    checkNow(world);
    if (isSettled(answers.at(-1)!)) break;
  }
  const steps = step;
  isQuiet = true;
  for (const ms of [10 * MINUTE, 5 * MINUTE, DAY + MINUTE, MINUTE]) await room(ms);
  const ambiguous = [...schedule.values()].filter(isAmbiguous).length + turns.filter(isLost).length;
  checkAtRest(world, promisedIn(answers), ambiguous);
  return { world, answers, steps };
};

const isLost = ({ outcome }: ProviderTurn): boolean => outcome.kind === 'unknown';

const promisedIn = (answers: readonly Answer[]): Set<string> =>
  new Set(
    answers.flatMap((answer) =>
      answer !== CRASHED && answer.kind === 'message' && answer.message.status !== 'sending' ? [answer.message.id] : [],
    ),
  );

const isSettled = (answer: Answer): boolean => {
  if (answer === CRASHED) return false;
  if (answer.kind === 'problem') return answer.problem.document.retry !== 'same-key';
  return !['queued', 'sending'].includes(answer.message.status);
};

/** Whether a refusal says that the message may have been sent, by this request or an earlier one. */
const admits = ({ document }: Problem): boolean =>
  document.sent || (document.retry === 'same-key' && document.detail.includes('an earlier one'));

/** What an app is told must be true when it is told. */
const checkAnswer = (world: World, answer: Answer): void => {
  if (answer === CRASHED) return;
  const taken = world.calls.some(({ took }) => took);
  if (answer.kind === 'problem') {
    if (taken && !admits(answer.problem)) throw new Error('said not sent, but was');
    return;
  }
  const { status, safeToResend } = answer.message;
  if (taken && (safeToResend || status === 'queued')) throw new Error(`said ${status}, but was sent`);
  if (!taken && status === 'accepted') throw new Error('said accepted');
};

/** Providers for which every pair of faults is played; for the others every single one. */
const PAIRS = [
  'accepts',
  'loses the answer',
  'is busy, then accepts',
  'is busy, then loses the answer',
  'refuses the key',
];
const TURNS: Readonly<Record<string, readonly ProviderTurn[]>> = {
  accepts: [],
  'loses the answer': [LOST_ANSWER],
  'loses the request': [LOST_REQUEST],
  rejects: [REJECTED],
  'is busy, then accepts': [NOT_SENT],
  'is busy, then loses the answer': [NOT_SENT, LOST_ANSWER],
  'is busy, then rejects': [NOT_SENT, REJECTED],
  'is busy until it is too late': Array.from({ length: 40 }, () => NOT_SENT),
  'refuses the key': [KEY_REFUSED],
  'refuses the address': [ADDRESS_REFUSED],
};

const schedulesOf = function* (steps: number, most: number, from = 0): Generator<Schedule> {
  yield new Map();
  if (most === 0) return;
  for (let i = from; i < steps; i++) {
    for (const fault of FAULTS) {
      for (const rest of schedulesOf(steps, most - 1, i + 1)) yield new Map([[i, fault], ...rest]);
    }
  }
};

/** The first calls matter: a message that is tried for ten minutes makes hundreds that are all alike. */
const MOST_STEPS = 22;
const MOST_FAULTS = Number(process.env.KEYROOM_MAX_FAULTS ?? 2);

describe(`every schedule of at most ${MOST_FAULTS} faults`, () => {
  test.each(Object.entries(TURNS))(
    'with a provider that %s: nothing doubled, nothing lost, everything ends',
    async (name, turns) => {
      const { steps } = await play(new Map(), turns);
      let played = 0;
      const most = PAIRS.includes(name) ? MOST_FAULTS : 1;
      for (const schedule of schedulesOf(Math.min(steps + 4, MOST_STEPS), most)) {
        try {
          await play(schedule, turns);
        } catch (error: unknown) {
          throw new Error(`${String(error)} under ${JSON.stringify([...schedule])}`, { cause: error });
        }
        played++;
      }
      expect(played).toBeGreaterThan(most > 1 ? 1000 : 50);
    },
    300_000,
  );

  test('a single fault that gives no definite answer never keeps a willing app from its message for ever', async () => {
    for (const schedule of schedulesOf(8, 1)) {
      const { answers } = await play(schedule, []);
      const last = answers.at(-1)!;
      expect(last === CRASHED ? last : last.kind).toBe('message');
    }
  });
});
