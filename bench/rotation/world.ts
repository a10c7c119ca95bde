import type { HttpCall } from '../../lambda/shared/http.ts';
import type { SimulatedProvider } from '../../local/simulators/provider.ts';
import { SIMULATED_PROVIDERS, type SimulatedProviderName } from '../../local/simulators/start.ts';
import { createMemorySecret, type MemorySecret } from '../../test/lambda/rotate-key/support/memory-secret.ts';
import { simulatedHttp } from '../../test/lambda/rotate-key/support/simulated-http.ts';
import { createFakeTable, type FakeTable } from '../../test/lambda/support/fake-table.ts';
import type { Random } from '../../test/lambda/support/random.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export const APP = 'shop';

/** Everything outside the functions: the provider, the secrets, the table, and time. */
export interface OuterWorld {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly simulator: SimulatedProvider;
  readonly secrets: { readonly sending: MemorySecret; readonly managing: MemorySecret; readonly inbox: MemorySecret };
  readonly table: FakeTable;
  /** Reaches the provider after a while, and answers after another. */
  readonly http: HttpCall;
  /** Lets the time of one call to AWS pass. */
  readonly latency: () => Promise<void>;
}

/** No provider documents a figure; long enough that several calls see the time before and after. */
const PROPAGATION_SECONDS = 8;
/** Enough for every message of a long run. */
const BALANCE_MICROS = 1e12;

/**
 * D7 documents no figure. Short, so that tokens die while an environment still holds them; and the room renews a token
 * from half its life on, once an hour: with six tries. A token of six hours leaves three, and where one call in sixteen
 * fails, three in a row do now and then: its end is then met before its successor, and sends are refused meanwhile.
 */
const TOKEN_LIFETIME_SECONDS = 12 * 3600;

/** A world around one room. Calls take 2 to 40 ms at AWS and 20 to 300 ms at the provider, so that they interleave. */
export const createOuterWorld = (provider: SimulatedProviderName, random: Random): OuterWorld => {
  const clock = createVirtualClock(Date.parse('2026-11-01T08:00:00Z'));
  const simulator = SIMULATED_PROVIDERS[provider](clock);
  simulator.changeAccount({ propagationSeconds: PROPAGATION_SECONDS, balanceMicros: BALANCE_MICROS });
  if (provider === 'd7') simulator.changeAccount({ tokenLifetimeSeconds: TOKEN_LIFETIME_SECONDS });
  const latency = (): Promise<void> => clock.wait(random.integer(2, 40));
  const table = createFakeTable(async (_operation, apply) => {
    await latency();
    const result = apply();
    await latency();
    return result;
  });
  table.items.set(`app#${APP}`, { pk: `app#${APP}`, frozen: false });
  const bare = simulatedHttp(() => simulator);
  const secret = (): MemorySecret => createMemorySecret(() => clock.now());
  return {
    clock,
    random,
    simulator,
    secrets: { sending: secret(), managing: secret(), inbox: secret() },
    table,
    http: async (request) => {
      await clock.wait(random.integer(10, 150));
      const answer = await bare(request);
      await clock.wait(random.integer(10, 150));
      return answer;
    },
    latency,
  };
};
