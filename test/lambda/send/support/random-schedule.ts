import { type Fault, faultsAt, isAmbiguous, strike } from '../../support/faults.ts';
import { createFunctions } from '../../support/functions.ts';
import { asksAgain } from '../../support/invariants.ts';
import { createProviderBook } from '../../support/provider-book.ts';
import { createRandom } from '../../support/random.ts';
import { KEY_REFUSED, LOST_ANSWER, LOST_REQUEST, NOT_SENT, REJECTED } from '../../support/results.ts';
import { roomWithLimits, SMS } from '../../support/room.ts';
import { ACCEPTS, createWorld } from '../../support/world.ts';
import { Crowd, type Pending } from './crowd.ts';
import type { Figures } from './figures.ts';
import { createDisturbances } from './disturbances.ts';
import { createHappenings } from './happenings.ts';
import { DIED } from './send-room.ts';
import { createWatch } from './watch.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
export const MESSAGES = 8;
export const WORKERS = 2;
/**
 * A write that nobody answered arrives before its function's time is over, or never: between a function and its table
 * there is no queue in which it could wait for longer.
 */
const LATE_MS = 7 * SECOND;
/** Steps after which a schedule ends, whatever is still at work. */
const MOST_STEPS = 600;

/** What came of one schedule. */
export interface Played {
  /** What did not hold. */
  readonly broken: readonly string[];
  /** Everything that disturbed it, in order. */
  readonly happened: readonly string[];
  readonly figures: Figures;
}

/** What the provider does of its own accord, beside the faults. */
const TURNS = [
  ...[ACCEPTS, ACCEPTS, ACCEPTS, ACCEPTS, NOT_SENT, NOT_SENT, NOT_SENT],
  ...[REJECTED, KEY_REFUSED, LOST_ANSWER, LOST_REQUEST],
] as const;

/** Apps, workers and sweeps at once, in an order and with disturbances that the seed decides. */
export const playSeed = async (seed: number, only?: ReadonlySet<string>): Promise<Played> => {
  const random = createRandom(seed);
  const limit = random.pick([3, 5, MESSAGES, 100]);
  const knowsOurId = random.chance(0.5);
  const disturbances = createDisturbances(only);
  const crowd = new Crowd();
  const pace = random.chance(0.3) ? { messagesPerSecondBySender: { sms: { Acme: 1 } } } : {};
  const room = { ...roomWithLimits({ messagesPerDay: limit }), ...pace };
  const world = createWorld({ room, around: crowd.around });
  const book = createProviderBook(world, crowd.around, knowsOurId);
  const functions = createFunctions(world, book.ask);
  const { clock, queue } = world;
  const late: { readonly apply: () => void; readonly due: number }[] = [];
  const watch = createWatch(world);
  let [ambiguous, step] = [0, 0];

  const start = <T>(work: (ports: typeof world.ports) => Promise<T>, messages = 1) =>
    crowd.start(clock.now(), () => world.environment(), work, messages);

  const { around } = crowd;
  const happenings = createHappenings({ world, functions, random, around, start: (work) => start(work, 0) });
  const { deadKeys } = happenings;

  const ask = async (key: string): Promise<void> => {
    for (let i = 0; i < 4; i++) {
      const before = world.calls.length;
      const id = (await world.ports.hashes())!.messageId('shop', key);
      const answer = await start((ports) => functions.send(ports, key, { ...SMS, validForSeconds: 120 }));
      if (answer === DIED) continue;
      watch.told(id, answer, before);
      if (!asksAgain(answer) || (answer.kind === 'message' && answer.message.status === 'queued')) return;
    }
  };
  const deliver = async (): Promise<void> => {
    const batch = queue.waiting.filter(({ visibleAt }) => visibleAt <= clock.now()).slice(0, 3);
    if (batch.length === 0) return;
    queue.waiting.splice(0, Infinity, ...queue.waiting.filter((each) => !batch.includes(each)));
    const again = await start((ports) => functions.retry(ports, batch), batch.length);
    // A delivery that nobody deleted comes again; now and then one that was deleted does, too.
    const isDoubled = random.chance(0.1) && disturbances.happens(step, 'a delivery comes twice');
    const back = again === DIED || isDoubled ? batch : again;
    queue.waiting.push(...back.map((each) => ({ ...each, visibleAt: clock.now() + MINUTE })));
  };
  const kill = (actor: Pending['actor']): void => {
    ambiguous += actor.messages;
    crowd.kill(actor);
  };

  const letGo = ({ actor, operation, about, go }: Pending, fault: Fault | undefined): void => {
    if (operation === 'provider') {
      if (actor.begunAt > happenings.frozenSince()) watch.report('sent by who began while the app was frozen');
      const isRefused = about !== undefined && deadKeys.has(about);
      const turn = isRefused ? KEY_REFUSED : random.pick(TURNS);
      if (fault === undefined && turn.outcome.kind === 'unknown') ambiguous++;
      world.turns.splice(0, Infinity, turn);
    }
    if (fault === undefined) go((apply) => Promise.resolve(apply()));
    else {
      const isCrash = fault === 'crash-before' || fault === 'crash-after';
      if (!isCrash && isAmbiguous(fault, operation)) ambiguous++;
      const later = (apply: () => void): void => {
        if (clock.now() + LATE_MS < actor.until) late.push({ apply, due: clock.now() + SECOND });
      };
      const onItsWay = (): void => void (book.isOnItsWay = true);
      const struck = { clock, turns: world.turns, die: () => kill(actor), later, onItsWay };
      go((apply) => strike(fault, operation, apply, struck));
    }
    world.turns.length = 0;
  };

  let [workers, toAsk] = [0, MESSAGES];
  const background: Promise<unknown>[] = [];
  const isOver = (): boolean => toAsk === 0 && crowd.running === 0 && queue.waiting.length === 0;
  for (; step < MOST_STEPS && !isOver() && watch.broken.size === 0; step++) {
    if (toAsk > 0 && random.chance(0.25)) {
      const key = `key-${toAsk--}`;
      background.push(ask(key));
      if (random.chance(0.3) && disturbances.happens(step, `${key} twice at once`)) background.push(ask(key));
    }
    if (workers < WORKERS && random.chance(0.3)) {
      workers++;
      background.push(deliver().finally(() => workers--));
    }
    if (random.chance(0.015)) background.push(start((ports) => functions.sweep(ports)).catch(() => undefined));
    const frozen = random.chance(0.3);
    if (random.chance(0.02) && disturbances.happens(step, frozen ? 'frozen' : 'unfrozen'))
      await happenings.freeze(frozen);
    if (random.chance(0.02) && disturbances.happens(step, frozen ? 'key denied' : 'key allowed'))
      happenings.denyKey(frozen);
    if (random.chance(0.02) && disturbances.happens(step, 'rotation')) happenings.rotate();
    if (random.chance(0.05) && disturbances.happens(step, 'receipt')) background.push(happenings.receipt());
    if (random.chance(0.01) && disturbances.happens(step, 'appointments set aside')) happenings.setAside();
    if (random.chance(0.02) && disturbances.happens(step, 'redrive')) background.push(happenings.redrive());
    if (random.chance(0.02) && disturbances.happens(step, 'new environments')) crowd.idle.length = 0;
    if (random.chance(0.1)) clock.advance(Math.floor(random.next() * SECOND));
    for (const { apply, due } of late.splice(0))
      if (clock.now() >= due) apply();
      else late.push({ apply, due });
    if (crowd.pending.length === 0) clock.advance(5 * SECOND);
    for (const actor of crowd.actors) if (clock.now() >= actor.until) kill(actor);
    // What was on its way when its function died may still arrive, or not.
    for (const dead of crowd.pending.filter(({ actor }) => actor.isDead))
      if (
        clock.now() <= dead.actor.until &&
        random.chance(0.5) &&
        disturbances.happens(step, `${dead.operation} of a dead function arrives`)
      )
        letGo(dead, undefined);
    crowd.pending = crowd.pending.filter(({ actor }) => !actor.isDead);
    for (let i = 0; i < 4 && crowd.pending.length > 0; i++) {
      const [one] = crowd.pending.splice(Math.floor(random.next() * crowd.pending.length), 1);
      const faults = faultsAt(one!.operation);
      const fault = random.chance(0.04) ? faults[Math.floor(random.next() * faults.length)] : undefined;
      const isStruck = fault !== undefined && disturbances.happens(step, `${fault} at ${one!.operation}`);
      letGo(one!, isStruck ? fault : undefined);
    }
    await new Promise(setImmediate);
    watch.check();
  }

  crowd.isQuiet = true;
  for (const actor of crowd.actors) kill(actor);
  late.splice(0).forEach(({ apply }) => apply());
  await Promise.all(background);
  world.turns.length = 0;
  await happenings.calm();
  for (const ms of [MINUTE, 5 * MINUTE, 5 * MINUTE, 2 * 60 * MINUTE, DAY, MINUTE]) {
    await world.pass(ms);
    await functions.sweep(world.environment());
    watch.check();
  }
  watch.end(ambiguous);
  const accepted = world.calls.filter(({ took }) => took).length;
  return {
    broken: [...watch.broken],
    happened: disturbances.happened,
    figures: {
      messages: MESSAGES,
      accepted,
      calls: world.calls.length,
      ambiguous,
      unknown: watch.unknown.size,
      disturbances: disturbances.happened.length,
    },
  };
};
