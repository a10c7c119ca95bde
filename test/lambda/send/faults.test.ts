import { explore } from '../support/explore/explore.ts';
import { createSendStage } from './support/stage.ts';
import { SEND_STORIES, type SendStory } from './support/stories.ts';

/** Faults in one schedule. `npm run prove` plays three. */
const faultsOf = ({ lightly = false }: SendStory): number =>
  Number(process.env.KEYROOM_MAX_FAULTS ?? (lightly ? 1 : 2));

// Every fault is an error, and mapping its stack back to the sources would take most of the time.
Error.stackTraceLimit = 0;

describe.each(Object.entries(SEND_STORIES))('%s under faults', (_name, told) => {
  const { story, provider } = told;
  const maxFaults = faultsOf(told);
  test(`nothing lost, nothing doubled, nothing untrue under any schedule of at most ${maxFaults} faults`, async () => {
    const { broken, schedules } = await explore(createSendStage(provider), story, maxFaults);

    expect([...broken]).toEqual([]);
    expect(schedules).toBeGreaterThan(50 ** maxFaults);
  }, 300_000);

  test('a state that was seen before goes on as it did: schedules played one by one come to the same', async () => {
    const merged = await explore(createSendStage(provider), story, 1);
    const each = await explore(createSendStage(provider), story, 1, { merge: false });
    expect(merged.states).toBeLessThan(each.states / 2);
    expect(merged.schedules).toBe(each.schedules);
    expect([...merged.ends].sort()).toEqual([...each.ends].sort());
    expect([...merged.broken.keys()].sort()).toEqual([...each.broken.keys()].sort());
  }, 300_000);
});
