import type { SimulatedProviderName } from '../../local/simulators/start.ts';
import { randomUUID } from 'node:crypto';

import { PROVIDERS } from '../../lambda/providers/contract.ts';
import { createCredentialManager } from '../../lambda/providers/credential-managers.ts';
import { createHandler } from '../../lambda/rotate-key/handler.ts';
import type { Keys } from '../../lambda/rotate-key/ports.ts';
import { createRotationStateStore } from '../../lambda/rotate-key/rotation-state-table.ts';
import type { SecretVersions } from '../../lambda/shared/secret-versions.ts';
import { createFaultInjector, type Fault, FAULTS } from '../../test/lambda/rotate-key/support/faults.ts';
import { EGRESS } from '../../test/lambda/rotate-key/support/simulated-http.ts';
import type { OuterWorld } from './world.ts';

const SENDING_ARN = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:keyroom/bench/otp/sending-AbCdEf';
export const NAME_PREFIX = 'keyroom-bench-otp-';
export const GRACE_SECONDS = 900;
/** No invocation makes more calls. */
const MOST_CALLS = 200;

type Event = Parameters<ReturnType<typeof createHandler>>[0];
type Answer = ReturnType<ReturnType<typeof createHandler>>;

const PAUSES_MS = [60_000, 120_000];

/** The rotation function: each invocation is a process of its own, which may die. */
export interface RotationFunction {
  invoke(event: Event): Answer;
  /**
   * As the schedule does it, asynchronously: Lambda repeats what died after a minute, and again after two more.
   *
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  sweep(): Answer;
  /** One step of a rotation, as Secrets Manager asks for it. */
  step(step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret', token: string): Promise<void>;
  /** Likelihood of a fault at each call to the outside; the caller may change it. */
  faultRate: number;
  /** Faults that happened, by kind. */
  readonly faults: Readonly<Record<Fault, number>>;
  /** How many invocations are at work. */
  readonly running: number;
}

/** Over the real handler, adapters and state store. */
export const createRotationFunction = (world: OuterWorld, provider: SimulatedProviderName): RotationFunction => {
  const { clock, random, secrets, latency } = world;
  const faults = { error: 0, lost: 0, 'crash-before': 0, 'crash-after': 0 };
  const capabilities = PROVIDERS[provider];
  if (capabilities === undefined) throw new Error(`there is no provider ${provider}`);

  const fateOfProcess = () => {
    const schedule = new Map<number, Fault>();
    for (let call = 0; call < MOST_CALLS; call += 1) {
      const kind = FAULTS[random.integer(0, FAULTS.length - 1)];
      if (random.next() < fn.faultRate && kind !== undefined) schedule.set(call, kind);
    }
    const injector = createFaultInjector(schedule);
    injector.armed = true;
    return { injector, schedule };
  };
  const keysOf = ({ injector }: ReturnType<typeof fateOfProcess>): Keys => {
    const manager = createCredentialManager(provider, { http: injector.http(world.http) });
    if (manager === undefined) throw new Error(`${provider} has no keys to rotate`);
    return {
      sending: injector.secret(slow(secrets.sending, latency)),
      managing: injector.secret(slow(secrets.managing, latency)),
      inbox: injector.secret(slow(secrets.inbox, latency)),
      provider: manager,
      state: createRotationStateStore(injector.table(world.table), clock),
      clock,
      log: SILENT,
      metrics: { emit: () => undefined },
      settings: {
        namePrefix: NAME_PREFIX,
        siblingPrefixes: [],
        addressesInUse: [EGRESS],
        allowedAddresses: [EGRESS],
        channels: ['sms'],
        managingFields: capabilities.managingFields,
        graceSeconds: GRACE_SECONDS,
        rotationDays: 30,
      },
      newToken: randomUUID,
    };
  };

  let running = 0;
  const invokeAs = async (process: ReturnType<typeof fateOfProcess>, event: Event): Answer => {
    const name = { room: 'otp', environment: 'bench' };
    const log = SILENT;
    const metrics = { emit: () => undefined };
    const handler = createHandler({
      name,
      keys: keysOf(process),
      sendingSecretArn: SENDING_ARN,
      log,
      metrics,
    });
    running += 1;
    try {
      return await handler(event, { awsRequestId: randomUUID() });
    } finally {
      running -= 1;
      for (const [call, kind] of process.schedule) if (call < process.injector.calls.length) faults[kind] += 1;
    }
  };
  const fn: RotationFunction = {
    invoke: (event) => invokeAs(fateOfProcess(), event),
    sweep: async () => {
      for (const pause of [...PAUSES_MS, undefined]) {
        const process = fateOfProcess();
        const answer = await invokeAs(process, { action: 'sweep' });
        if (!process.injector.isDead || pause === undefined) return answer;
        await clock.wait(pause);
      }
      return undefined;
    },
    step: async (step, token) => {
      await fn.invoke({ Step: step, SecretId: SENDING_ARN, ClientRequestToken: token });
    },
    faultRate: 0,
    faults,
    get running() {
      return running;
    },
  };
  return fn;
};

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The same secret, each call of which takes a while. */
const slow = (secret: SecretVersions, latency: () => Promise<void>): SecretVersions => {
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    await latency();
    const result = await call();
    await latency();
    return result;
  };
  return {
    describe: () => through(() => secret.describe()),
    get: (...input) => through(() => secret.get(...input)),
    put: (...input) => through(() => secret.put(...input)),
    moveStage: (...input) => through(() => secret.moveStage(...input)),
    startRotation: (...input) => through(() => secret.startRotation(...input)),
  };
};
