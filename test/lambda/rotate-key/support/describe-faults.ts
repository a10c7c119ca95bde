import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { explore } from './explore.ts';
import { STORIES } from './stories.ts';

/** Faults in one schedule. `npm run prove` plays three. */
const MAX_FAULTS = Number(process.env.KEYROOM_MAX_FAULTS ?? 2);
/** Of these one fault less is played: they differ from a plain one in a few calls, and take long. */
const ONE_LESS: readonly string[] = [
  'revocation beside a stuck rotation',
  'revocation beside healing',
  'revocation of what makes keys',
];
/** Played one by one, the longer stories' schedules of two faults are too many for a test. */
const MAX_ONE_BY_ONE: Readonly<Record<string, number>> = {
  rotation: 1,
  swap: 1,
  healing: 1,
  'healing while a key drains': 1,
  revocation: 1,
  'revocation beside a stuck rotation': 1,
  'revocation beside healing': 1,
  'revocation of what makes keys': 1,
};

// Every fault is an error, and mapping its stack back to the sources would take most of the time.
Error.stackTraceLimit = 0;

/** The tests of one provider; each in a file of its own, so that they run side by side. */
export const describeFaults = (provider: SimulatedProviderName): void => {
  describe.each(Object.entries(STORIES))(`${provider}: %s under faults`, (name, tell) => {
    const most = ONE_LESS.includes(name) ? Math.max(1, MAX_FAULTS - 1) : MAX_FAULTS;
    test(`no outage, no lost key, nothing stuck under any schedule of at most ${most} faults`, async () => {
      const { broken, schedules } = await explore(tell(provider), most);
      expect([...broken]).toEqual([]);
      expect(schedules).toBeGreaterThanOrEqual(50 ** most);
    }, 300_000);

    test('a state that was seen before goes on as it did: schedules played one by one come to the same', async () => {
      const faults = Math.min(MAX_ONE_BY_ONE[name] ?? 2, most);
      const merged = await explore(tell(provider), faults);
      const each = await explore(tell(provider), faults, { merge: false });
      expect(merged.states).toBeLessThan(each.states / 2);
      expect(merged.schedules).toBe(each.schedules);
      expect([...merged.ends].sort()).toEqual([...each.ends].sort());
      expect([...merged.broken.keys()].sort()).toEqual([...each.broken.keys()].sort());
    }, 300_000);
  });
};
