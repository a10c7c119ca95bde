import type { SimulatedProviderName } from '../../local/simulators/start.ts';
import { randomUUID } from 'node:crypto';

import { SecretValue } from '../../lambda/shared/secret-value.ts';
import { createRandom } from '../../test/lambda/support/random.ts';
import { audit, type Audit } from './audit.ts';
import { createRotationFunction, type RotationFunction } from './rotation-function.ts';
import { createTraffic, type Traffic } from './senders.ts';
import { createOuterWorld, type OuterWorld } from './world.ts';

export interface LoadOptions {
  /** Switches to a new key. */
  readonly rotations: number;
  readonly seed: number;
  readonly environments: number;
  /** Likelihood of a fault at each call the rotation function makes. */
  readonly faultRate: number;
}

export interface LoadResult extends Audit {
  readonly provider: SimulatedProviderName;
  readonly rotations: number;
  /** Rotations begun, those included that Secrets Manager gave up. */
  readonly begun: number;
  readonly faults: RotationFunction['faults'];
  readonly messages: number;
  readonly failures: Traffic['failed'];
  readonly failed: number;
  readonly refetches: number;
  readonly environments: number;
  /** Times the room went without a switch for longer than it should, and then switched by itself. */
  readonly late: number;
  /** Longest time between two switches, in hours. */
  readonly longestGapHours: number;
  /** 1 where the room could not rotate once faults had ended: no time would heal it. */
  readonly stuck: number;
  /** Simulated seconds from a rotation's begin to its end, retries included. */
  readonly rotationSeconds: { readonly median: number; readonly longest: number };
  readonly virtualHours: number;
}

const MINUTE_MS = 60_000;
const CYCLE_MS = 120 * MINUTE_MS;
/** An undisturbed cycle switches once. Two in a row may fail, and a stuck rotation is cleaned up in the third at last. */
const LATE_AFTER_MS = 4 * CYCLE_MS;
const CALM_MEAN_MS = 90_000;
const DENSE_MEAN_MS = 250;
/** Secrets Manager's tries at one rotation, and the pause between two. */
const TRIES = 5;
const PAUSE_MS = 5 * MINUTE_MS;

/**
 * Rotates a room's key again and again while messages flow and the rotation function dies now and then.
 *
 * Every two hours a rotation begins, every hour the sweep runs. Messages flow all the time, and four a second while the
 * rotation function is at work: there is no step of it that no message falls into.
 */
export const runUnderLoad = async (provider: SimulatedProviderName, options: LoadOptions): Promise<LoadResult> => {
  const world = createOuterWorld(provider, createRandom(options.seed));
  const fn = createRotationFunction(world, provider);
  const traffic = createTraffic(world, provider, options.environments);
  const { clock } = world;
  const started = clock.now();
  const outcome = await clock.run(story(world, fn, traffic, options));
  return {
    provider,
    ...outcome,
    ...audit(world, provider),
    faults: fn.faults,
    messages: traffic.messages,
    failures: traffic.failed,
    failed: [...traffic.failed.values()].reduce((sum, count) => sum + count, 0),
    refetches: traffic.refetches,
    environments: traffic.environments,
    virtualHours: Math.round((clock.now() - started) / 3_600_000),
  };
};

const story = async (world: OuterWorld, fn: RotationFunction, traffic: Traffic, options: LoadOptions) => {
  const { clock, random, secrets } = world;
  const services: Promise<void>[] = [];
  const seconds: number[] = [];
  let begun = 0;
  secrets.sending.onRotate = (token) => {
    begun += 1;
    services.push(secretsManager(world, fn, token, (took) => seconds.push(took)));
  };
  await secrets.inbox.put(randomUUID(), new SecretValue(JSON.stringify(world.simulator.account().managing)), [
    'AWSCURRENT',
  ]);
  await fn.invoke({ action: 'import' });

  let over = false;
  const flow = async (mean: () => number | undefined, pause: number): Promise<void> => {
    const inFlight: Promise<void>[] = [];
    while (!over) {
      const wanted = mean();
      await clock.wait(wanted === undefined ? pause : random.exponential(wanted));
      if (wanted !== undefined) inFlight.push(traffic.send());
    }
    await Promise.all(inFlight);
  };
  const flows = [flow(() => CALM_MEAN_MS, 0), flow(() => (fn.running > 0 ? DENSE_MEAN_MS : undefined), 500)];

  fn.faultRate = options.faultRate;
  let [rotations, late, longestGap, lastSwitch] = [0, 0, 0, clock.now()];
  let current = secrets.sending.holder('AWSCURRENT');
  const look = (): void => {
    const held = secrets.sending.holder('AWSCURRENT');
    if (held === current) return;
    rotations += 1;
    const gap = clock.now() - lastSwitch;
    if (gap > LATE_AFTER_MS) late += 1;
    longestGap = Math.max(longestGap, gap);
    [current, lastSwitch] = [held, clock.now()];
  };
  for (let cycle = 0; rotations < options.rotations && cycle < 3 * options.rotations + 10; cycle += 1) {
    const ends = clock.now() + CYCLE_MS;
    for (const action of ['rotate', 'sweep', 'sweep'] as const) {
      // A command that dies answers nothing; the next one finds what it left.
      await (action === 'sweep' ? fn.sweep() : fn.invoke({ action })).catch(() => undefined);
      await clock.wait(action === 'rotate' ? 25 * MINUTE_MS : 45 * MINUTE_MS);
      look();
    }
    await clock.wait(Math.max(0, ends - clock.now()));
  }
  await Promise.all(services);
  fn.faultRate = 0;
  const stuck = (await healsItself(world, fn, services)) ? 0 : 1;
  over = true;
  await Promise.all(flows);
  seconds.sort((a, b) => a - b);
  const rotationSeconds = { median: seconds[seconds.length >> 1] ?? 0, longest: seconds.at(-1) ?? 0 };
  return { rotations, late, longestGapHours: Math.round(longestGap / 360_000) / 10, stuck, begun, rotationSeconds };
};

/** Secrets Manager's part: the four steps, the whole again when one fails. */
const secretsManager = async (
  { clock }: OuterWorld,
  fn: RotationFunction,
  token: string,
  onDone: (seconds: number) => void,
): Promise<void> => {
  const begun = clock.now();
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await clock.wait(attempt === 0 ? 500 : PAUSE_MS);
    try {
      for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
        await fn.step(step, token);
      }
      onDone(Math.round((clock.now() - begun) / 100) / 10);
      return;
    } catch {
      // The function has logged and counted it.
    }
  }
};

/** Without faults, two sweeps and a rotation must bring everything in order. */
const healsItself = async (world: OuterWorld, fn: RotationFunction, services: Promise<void>[]): Promise<boolean> => {
  const { clock, secrets } = world;
  for (let sweep = 0; sweep < 3; sweep += 1) {
    await fn.invoke({ action: 'sweep' });
    await clock.wait(65 * MINUTE_MS);
  }
  const before = secrets.sending.holder('AWSCURRENT');
  const answer = await fn.invoke({ action: 'rotate' });
  await Promise.all(services);
  const hasSwitched = secrets.sending.holder('AWSCURRENT') !== before;
  await clock.wait(20 * MINUTE_MS);
  const swept = await fn.invoke({ action: 'sweep' });
  return answer?.ok === true && hasSwitched && swept?.ok === true;
};
