import { AsyncLocalStorage } from 'node:async_hooks';

import { type Fault, FAULTS, failsByItself, isAmbiguous } from '../support/faults.ts';
import { checkAtRest, checkNow } from '../support/invariants.ts';
import { KEY_REFUSED, LOST_ANSWER, LOST_REQUEST, NOT_SENT, REJECTED } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { ACCEPTS, awsFailure, createWorld, version } from '../support/world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** When Lambda kills a function that has not ended. */
const TIMEOUT_MS = 10 * SECOND;
const MESSAGES = 8;
const WORKERS = 2;
const SEEDS = Number(process.env.KEYROOM_SEEDS ?? 150);

/** A small generator of good quality for its size (mulberry32), so that a seed is a schedule. */
const randomFrom = (seed: number) => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (p: number) => next() < p,
    pick: <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!,
  };
};

/** A function at work: what it waits for, and until when Lambda lets it. */
interface Actor {
  readonly until: number;
  isDead: boolean;
  readonly died: () => void;
}
interface Pending {
  readonly actor: Actor;
  readonly go: (fault: Fault | undefined) => void;
}

const TURNS = [ACCEPTS, ACCEPTS, ACCEPTS, NOT_SENT, NOT_SENT, REJECTED, KEY_REFUSED, LOST_ANSWER, LOST_REQUEST];

/** Apps, workers and sweeps at once, in an order and with faults, freezes and rotations that the seed decides. */
const play = async (seed: number) => {
  const random = randomFrom(seed);
  const current = new AsyncLocalStorage<Actor>();
  let pending: Pending[] = [];
  let ambiguous = 0;
  let isQuiet = false;
  const late: (() => void)[] = [];
  const actors = new Set<Actor>();
  const die = (actor: Actor): void => {
    ambiguous++;
    actor.isDead = true;
    actors.delete(actor);
    // What it was reading is read by nobody any more.
    world.restart();
    actor.died();
  };
  const world = createWorld({
    around: (operation, apply) => {
      const actor = current.getStore();
      if (actor === undefined || isQuiet) return Promise.resolve(apply());
      return new Promise((resolve, reject) => {
        const go = (fault: Fault | undefined): void => {
          if (fault !== undefined && isAmbiguous(fault)) ambiguous++;
          if (fault === 'crash-after') apply();
          if (fault === 'crash-before' || fault === 'crash-after') {
            die(actor);
            return;
          }
          if (fault === undefined || failsByItself(operation)) {
            resolve(apply());
            return;
          }
          if (fault === 'lost-answer') apply();
          if (fault === 'late') late.push(() => void apply());
          reject(awsFailure(fault === 'refused' ? 'none' : 'unknown'));
        };
        pending.push({ actor, go });
      });
    },
  });
  const promised = new Set<string>();
  let running = 0;

  /** Runs a function until it ends or dies. */
  const start = <T>(work: () => Promise<T>): Promise<T | 'died'> => {
    running++;
    return new Promise<T | 'died'>((resolve, reject) => {
      const actor = { until: world.clock.now() + TIMEOUT_MS, isDead: false, died: () => resolve('died') };
      actors.add(actor);
      const end = (): void => void actors.delete(actor);
      current.run(actor, () => void work().finally(end).then(resolve, reject));
    }).finally(() => running--);
  };

  const askFor = async (key: string): Promise<void> => {
    for (let i = 0; i < 4; i++) {
      const answer = await start(() => world.send({ ...SMS, validForSeconds: 120 }, key));
      if (answer === 'died') continue;
      if (answer.kind === 'message') {
        // Who asks while the first request is still at it may see it refused after all.
        if (answer.message.status === 'sending') continue;
        promised.add(answer.message.id);
        return;
      } else if (answer.problem.document.retry === 'never') return;
    }
  };
  const deliver = async (): Promise<void> => {
    const waiting = world.queue.waiting.find(({ visibleAt }) => visibleAt <= world.clock.now());
    if (waiting === undefined) return;
    const result = await start(() => world.retry());
    const again = { ...waiting, visibleAt: world.clock.now() + MINUTE };
    // A delivery that nobody deleted comes again; now and then one that was deleted does, too.
    if (result === 'died' || random.chance(0.1)) world.queue.waiting.push(again);
  };
  const freeze = (frozen: boolean): void =>
    void world.table.items.set('app#shop', { ...world.table.items.get('app#shop')!, frozen });

  let versions = 1;
  let workers = 0;
  let toAsk = MESSAGES;
  const background: Promise<unknown>[] = [];
  for (let step = 0; step < 900 && (toAsk > 0 || running > 0 || world.queue.waiting.length > 0); step++) {
    if (toAsk > 0 && random.chance(0.2)) background.push(askFor(`key-${toAsk--}`));
    if (workers < WORKERS && random.chance(0.3)) {
      workers++;
      background.push(deliver().finally(() => workers--));
    }
    if (random.chance(0.03)) background.push(start(() => world.sweep()).catch(() => undefined));
    if (random.chance(0.02)) freeze(random.chance(0.3));
    if (random.chance(0.02)) {
      world.secret.AWSPREVIOUS = world.secret.AWSCURRENT;
      world.secret.AWSCURRENT = version(`v${++versions}`, world.clock.now());
    }
    if (random.chance(0.02)) world.restart();
    if (random.chance(0.1)) late.splice(0).forEach((apply) => apply());
    if (random.chance(0.08)) world.clock.advance(Math.floor(random.next() * 2500));
    for (const actor of actors) if (world.clock.now() >= actor.until) die(actor);
    // What was on its way when its function died may still arrive, or not.
    for (const { go } of pending.filter(({ actor }) => actor.isDead)) if (random.chance(0.5)) go(undefined);
    pending = pending.filter(({ actor }) => !actor.isDead);
    for (let i = 0; i < 2 && pending.length > 0; i++) {
      const [one] = pending.splice(Math.floor(random.next() * pending.length), 1);
      const turn = random.pick(TURNS);
      if (turn.outcome.kind === 'unknown') ambiguous++;
      world.turns.splice(0, world.turns.length, turn);
      one!.go(random.chance(0.05) ? random.pick(FAULTS) : undefined);
    }
    await new Promise(setImmediate);
    checkNow(world);
  }

  isQuiet = true;
  for (const actor of actors) die(actor);
  late.splice(0).forEach((apply) => apply());
  await Promise.all(background);
  world.turns.splice(0);
  freeze(false);
  for (const ms of [MINUTE, 5 * MINUTE, 5 * MINUTE, DAY + MINUTE, MINUTE]) {
    await world.pass(ms);
    await world.sweep();
  }
  checkAtRest(world, promised, ambiguous);
  const unexpected = world.logged.filter(({ event }) => event === 'provider adapter failed');
  if (unexpected.length > 0) throw new Error('something unexpected was logged');
  return { accepted: world.calls.filter(({ took }) => took).length, calls: world.calls.length };
};

test(`${SEEDS} random schedules of ${MESSAGES} messages and ${WORKERS} workers: nothing doubled, nothing lost`, async () => {
  let accepted = 0;
  let calls = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      const played = await play(seed);
      accepted += played.accepted;
      calls += played.calls;
    } catch (error: unknown) {
      throw new Error(`${String(error)} with seed ${seed}`, { cause: error });
    }
  }
  // The schedules are not idle: most messages get out, and many need more than one call.
  expect(accepted).toBeGreaterThan((SEEDS * MESSAGES) / 3);
  expect(calls).toBeGreaterThan(accepted);
}, 600_000);
