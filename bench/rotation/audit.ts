import type { SimulatedProviderName } from '../../local/simulators/start.ts';
import { NAME_PREFIX } from './rotation-function.ts';
import type { OuterWorld } from './world.ts';

/** What the provider's own lists say, held against the ledger and the secret. */
export interface Audit {
  /** Messages the provider has more than once. */
  readonly doubled: number;
  /** Messages the ledger calls accepted and the provider does not have, and the other way round. */
  readonly unmatched: number;
  /** Keys that live at the provider, and that no labelled version holds. */
  readonly orphans: number;
  readonly liveKeys: number;
}

/** Looks at the provider's side. Every message has a text of its own, which is how both sides are told to match. */
export const audit = (world: OuterWorld, provider: SimulatedProviderName): Audit => {
  const copies = new Map<string, number>();
  for (const { text } of world.simulator.messages()) copies.set(text, (copies.get(text) ?? 0) + 1);
  const taken = [...copies.values()].reduce((sum, count) => sum + count, 0);
  const accepted = [...world.table.items.values()].filter(({ state }) => state === 'accepted').length;
  return {
    doubled: taken - copies.size,
    unmatched: Math.abs(copies.size - accepted),
    ...(provider === 'd7' ? tokens(world) : keys(world)),
  };
};

const keys = ({ simulator, secrets }: OuterWorld): Pick<Audit, 'orphans' | 'liveKeys'> => {
  const live = simulator
    .credentials()
    .filter(({ state, label }) => state === 'active' && label.startsWith(NAME_PREFIX));
  const orphans = live.filter(({ label }) => {
    const stages = secrets.sending.versions.get(label.slice(NAME_PREFIX.length))?.stages;
    return stages === undefined || stages.size === 0;
  });
  return { orphans: orphans.length, liveKeys: live.length };
};

/** Tokens cannot be revoked one by one: what counts as an orphan is one that no version of the secret ever held. */
const tokens = ({ simulator, secrets }: OuterWorld): Pick<Audit, 'orphans' | 'liveKeys'> => {
  const minted = simulator.credentials();
  const stored = [...secrets.sending.versions.values()].filter(({ text }) => text !== null && text !== '{}').length;
  return { orphans: minted.length - stored, liveKeys: minted.filter(({ state }) => state === 'active').length };
};
