import type { ProviderCapabilities } from '../../lambda/providers/capabilities.ts';
import { atMost, type Bound, notBounded } from './bound.ts';
import type { RoomConfig } from './environment.ts';
import { microUnits } from './money.ts';

/** What somebody who has the key can cost, whom no limit of the room holds. */
export interface LeakBound {
  /** Altogether, however long it goes on. */
  readonly total: Bound;
  /** ISO 4217; `null` where nothing is bounded. */
  readonly currency: string | null;
  /**
   * Minutes from the thief's first message to the page, at most: the provider's lag, a look every five minutes, and the
   * alarm's own. `null` where nothing compares the room with its provider. The lag is an assumption.
   */
  readonly pagedAfterMinutes: number | null;
  /** What stands in a thief's way, and what ends the key. */
  readonly notes: readonly string[];
}

/** A look every five minutes, and one for the alarm. */
const LOOK_MINUTES = 6;

/** What a leaked key can cost while nobody reacts; `null` where there is no key. @param capabilities of the room's provider */
export const leakBound = (room: RoomConfig, capabilities: ProviderCapabilities | undefined): LeakBound | null => {
  if (!capabilities?.protects) return null;
  const { accountLimit } = room;
  return {
    total: accountLimit
      ? atMost(microUnits(accountLimit.amount), 'accountLimit')
      : notBounded('no limit of the room holds for a key that is used elsewhere', 'accountLimit'),
    currency: accountLimit?.currency ?? null,
    pagedAfterMinutes: pagedAfter(room, capabilities),
    notes: [
      ...(capabilities.protects.addressBinding.found === 'yes'
        ? ["the provider refuses the sending key from any address but the room's; not the managing credential"]
        : ['the provider takes the key from any address']),
      capabilities.protects.revoke.found === 'yes'
        ? 'the room can end its key by itself'
        : `a person has to delete ${capabilities.handover?.what ?? 'the credential'} at the provider`,
      ...(accountLimit ? ['accountLimit is what the configuration says of the account: nobody checks it'] : []),
    ],
  };
};

const pagedAfter = ({ account }: RoomConfig, { counting }: ProviderCapabilities): number | null =>
  account === 'shared' || counting === undefined ? null : Math.ceil(counting.lagMs / 60_000) + LOOK_MINUTES;
