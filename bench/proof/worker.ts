/**
 * `worker.ts <provider> <story> <faults> <part> <parts> <seconds>`: runs one share of the fault schedules of a story.
 *
 * Prints one JSON document: `{"schedules", "completeTo", "failed", "failures"}`, at most five failures told in full.
 */
import { parseArgs } from 'node:util';

import type { Schedule } from '../../test/lambda/rotate-key/support/faults.ts';
import { importStory, rotationStory, told } from '../../test/lambda/rotate-key/support/fault-story.ts';
import { runShare } from './schedules.ts';

// Every fault is an error, and writing down its stack would take most of the time.
Error.stackTraceLimit = 0;

const STORIES = { rotation: rotationStory, import: importStory };
const MOST_TOLD = 5;

const [provider, name, faults, part, parts, seconds] = parseArgs({ allowPositionals: true }).positionals;
const play = STORIES[name as keyof typeof STORIES];
const failures: string[] = [];
let failed = 0;

const story = async (schedule: Schedule): Promise<readonly string[]> => {
  const { calls, broken } = await play(provider as Parameters<typeof play>[0], schedule);
  if (broken.length > 0) {
    failed += 1;
    if (failures.length < MOST_TOLD) failures.push(`${told(schedule)}: ${broken.join('; ')}`);
  }
  return calls;
};

const explored = await runShare(story, {
  maxFaults: Number(faults),
  part: Number(part),
  parts: Number(parts),
  until: performance.now() + Number(seconds) * 1000,
});
process.stdout.write(JSON.stringify({ ...explored, failed, failures }));
