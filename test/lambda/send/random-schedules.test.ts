import { createDisturbances, shrink } from './support/disturbances.ts';
import { MESSAGES, WORKERS } from './support/random-schedule.ts';
import { playSeeds } from './support/random-schedules.ts';

/** `npm run prove` plays 100,000. */
const SEEDS = Number(process.env.KEYROOM_SEEDS ?? 200);

// Every fault is an error, and mapping its stack back to the sources would take most of the time.
Error.stackTraceLimit = 0;

test(`${SEEDS} random schedules of ${MESSAGES} messages and ${WORKERS} workers: nothing doubled, nothing lost`, async () => {
  const { broken, figures } = await playSeeds(1, SEEDS);
  expect([...broken]).toEqual([]);
  // The schedules are not idle: many messages get out, and many need more than one call.
  expect(figures.accepted).toBeGreaterThan(figures.messages / 4);
  expect(figures.calls).toBeGreaterThan(1.5 * figures.accepted);
  expect(figures.disturbances).toBeGreaterThan(10 * SEEDS);
  expect(figures.unknown).toBeLessThan(figures.ambiguous);
}, 600_000);

test('a schedule that breaks something is made shorter while it breaks the same', async () => {
  const play = (only: ReadonlySet<string>) => {
    const disturbances = createDisturbances(only);
    for (const what of ['a', 'b', 'c', 'd']) disturbances.happens(1, what);
    const { happened } = disturbances;
    return Promise.resolve({ broken: happened.includes('1: b') && happened.includes('1: d') ? ['it'] : [], happened });
  };
  expect(await shrink(play, 'it', ['1: a', '1: b', '1: c', '1: d'])).toEqual(['1: b', '1: d']);
});
