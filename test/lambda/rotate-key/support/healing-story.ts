import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { alarm, begunRotation, type Story } from './story.ts';

/** Longer than a D7 token lives, and not so long that another key ends. */
const TOKEN_HAS_ENDED = 25 * 3600;

/**
 * A current key that ends behind the room's back, then an alarm and the rotation it begins, under faults; then hourly
 * sweeps without.
 *
 * @param isDraining whether the key before it still drains, and works
 * @param currentKeyLives what must hold in every story whenever a call changed something; here of every key but the first
 * @param endedWell what must hold at the end of every story
 */
export const healingStory =
  (isDraining: boolean, currentKeyLives: Story['always'], endedWell: Story['end']) =>
  (provider: SimulatedProviderName): Story => {
    const ended = new Set<string | undefined>();
    return {
      provider,
      begin: async (room) => {
        await room.putCandidate();
        await room.command('import');
        if (isDraining) await room.rotate();
        ended.add(room.sending.holder('AWSCURRENT'));
        const { value } = (await room.sending.get('AWSCURRENT'))!;
        const id = room.keys.provider.keyIdOf(value);
        if (id === null) room.advance(TOKEN_HAS_ENDED);
        else room.simulator.disable(id);
      },
      acts: [alarm, begunRotation],
      always: (room) => (ended.has(room.sending.holder('AWSCURRENT')) ? [] : currentKeyLives(room)),
      end: async (room, injected) => {
        // A rotation that no step ever saw is found by the first sweep and cleaned up by the second; then one begins.
        for (let hour = 0; hour < 3; hour += 1) {
          room.advance(3700);
          await room.command('sweep');
          if (room.sending.holder('AWSPENDING') !== undefined) await room.rotate({ tries: 2 });
        }
        const healed = currentKeyLives(room);
        room.advance(1000);
        return [...healed, ...(await endedWell(room, injected))];
      },
    };
  };
