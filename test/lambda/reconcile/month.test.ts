import type { SimulatedProviderName } from '../../../local/simulators/start.ts';
import { playMonth } from './support/month.ts';

const MINUTE = 60_000;
/** The lag assumed, a poll, and the time that the room's clock and the provider's may differ. */
const WITHIN: Readonly<Record<SimulatedProviderName, number>> = {
  infobip: 8 * MINUTE,
  twilio: 8 * MINUTE,
  d7: 21 * MINUTE,
};

describe('a room compared with its provider for days', () => {
  test.each([
    ['infobip', 1],
    ['twilio', 2],
    ['d7', 3],
  ] as const)('%s: no false alarm, and each message of a thief is found (seed %i)', async (name, seed) => {
    const month = await playMonth(name, seed, 2);
    expect(month).toMatchObject({ falseAlarms: 0, missed: 0, stale: 0 });
    expect(month.delays.length).toBe(3);
    expect(Math.max(...month.delays)).toBeLessThanOrEqual(WITHIN[name]);
    // The days held what a comparison goes wrong on.
    expect(Math.min(month.lost, month.retried)).toBeGreaterThan(3);
  });
});
