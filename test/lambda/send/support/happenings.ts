import { createFreezeFlags } from '../../../../lambda/incident/flag-table.ts';
import { stateOf } from '../../../../lambda/providers/records-call.ts';
import type { RetryPorts } from '../../../../lambda/retry/ports.ts';
import { createDeadLetterBox } from '../../support/dead-letters.ts';
import type { Around } from '../../support/fake-table.ts';
import type { Functions } from '../../support/functions.ts';
import type { Random } from '../../support/random.ts';
import { version, type World } from '../../support/world.ts';

/** What stops an app: its own freeze, its room's, or that of the country it sends to. */
const REASONS = ['app', 'room', 'country'] as const;

export interface HappeningsOptions {
  readonly world: World;
  readonly functions: Functions;
  readonly random: Random;
  readonly around: Around;
  /** Runs a function among the others. */
  readonly start: (work: (ports: RetryPorts) => Promise<unknown>) => Promise<unknown>;
}

/** What happens to a room beside the requests of its apps, in random schedules. */
export const createHappenings = ({ world, functions, random, around, start }: HappeningsOptions) => {
  const { clock, secret } = world;
  const flags = createFreezeFlags(world.table);
  const box = createDeadLetterBox(world, around);
  const reasons = new Set<(typeof REASONS)[number]>();
  const deadKeys = new Set<string>();
  const signed = random.chance(0.5);
  let [versions, frozenSince] = [1, Infinity];

  const freeze = async (frozen: boolean, reason = random.pick(REASONS)): Promise<void> => {
    if (frozen) reasons.add(reason);
    else reasons.delete(reason);
    if (reason === 'country') await flags.country('shop', 'AE', frozen);
    else await flags.app('shop', reason === 'app' ? 'itself' : 'room', frozen);
    frozenSince = reasons.size > 0 ? Math.min(frozenSince, clock.now()) : Infinity;
  };
  const denyKey = (denied: boolean): void => {
    secret.AWSCURRENT = denied ? { kind: 'denied' } : version(`v${versions}`, clock.now());
  };
  return {
    /** Keys that the provider does not take any more. */
    deadKeys,
    /** Who begins later sends nothing. */
    frozenSince: (): number => frozenSince,
    freeze,
    denyKey,
    rotate: (): void => {
      if (secret.AWSCURRENT.kind !== 'value') return;
      if (random.chance(0.3)) deadKeys.add(`key-of-v${versions}`);
      secret.AWSPREVIOUS = secret.AWSCURRENT;
      secret.AWSCURRENT = version(`v${++versions}`, clock.now());
    },
    /** The provider says what became of one of the messages it took; or somebody invents an id. */
    receipt: async (): Promise<void> => {
      const { calls } = world;
      const number = Math.floor(random.next() * calls.length);
      const call = calls[number];
      const isForged = !signed && random.chance(0.3);
      if (call === undefined || (!call.took && !isForged)) return;
      const receipt = { providerMessageId: isForged ? 'p-99' : `p-${number + 1}`, state: stateOf('delivered') };
      await start((ports) => functions.receive(ports, call.message.receiptUrl ?? '', receipt, signed));
    },
    /** The queue sets aside what it has, as it does with what came back too often. */
    setAside: (): void => {
      for (const { id, at } of world.queue.waiting.splice(0)) box.setAside(JSON.stringify({ id, at }));
    },
    redrive: (): Promise<unknown> => start(() => box.ask()),
    /** Nothing stops anybody any more. */
    calm: async (): Promise<void> => {
      denyKey(false);
      for (const reason of REASONS) await freeze(false, reason);
    },
  };
};
