import type { DeadLetter } from '../shared/dead-letters.ts';
import { describeError } from '../shared/log.ts';
import type { RedriveCommand, RedriveFate, RedriveResult } from './contract.ts';
import type { RedrivePorts } from './ports.ts';
import { redriveLetter } from './redrive-letter.ts';

/** Time that a round needs at most: a poll, three calls for each of ten letters at once, and a removal. */
const ROUND_MS = 15_000;

const NOTHING: Readonly<Record<RedriveFate, number>> = {
  again: 0,
  waiting: 0,
  sweep: 0,
  over: 0,
  unreadable: 0,
  kept: 0,
};

/**
 * Looks at every appointment that was set aside, until none is left or the time is over.
 *
 * 1. Receive a few, which hides them from others for longer than this runs.
 * 2. Decide by the ledger what becomes of each (see `redriveLetter`).
 * 3. Remove it once that is done. What the ledger gave no answer about stays, and so does everything on a dry run: it
 *    can be had again as soon as this ends.
 *
 * @param deadline moment on the monotonic clock
 * @throws AwsError where the queue cannot be read
 */
export const redrive = async (
  ports: RedrivePorts,
  { dryRun = false }: RedriveCommand,
  deadline: number,
): Promise<Extract<RedriveResult, { ok: true }>> => {
  const { deadLetters, clock } = ports;
  const counts = { ...NOTHING };
  const seen = new Set<string>();
  const staying: DeadLetter[] = [];
  const end = async (more: boolean) => {
    await Promise.allSettled(staying.map((letter) => deadLetters.release(letter)));
    return { ok: true, counts, more } as const;
  };
  while (deadline - clock.monotonic() >= ROUND_MS) {
    const letters = await deadLetters.receive();
    const fresh = letters.filter(({ id }) => !seen.has(id));
    if (fresh.length === 0) return end(false);
    fresh.forEach(({ id }) => seen.add(id));
    const fates = await Promise.all(fresh.map((letter) => fateOf(ports, letter, dryRun)));
    const done = fresh.filter((_, i) => !dryRun && fates[i] !== 'kept');
    staying.push(...fresh.filter((letter) => !done.includes(letter)));
    fates.forEach((fate) => counts[fate]++);
    await Promise.all(done.map((letter) => deadLetters.remove(letter)));
  }
  return end(true);
};

const fateOf = async (ports: RedrivePorts, { body }: DeadLetter, dryRun: boolean): Promise<RedriveFate> => {
  try {
    return await redriveLetter(ports, body, dryRun);
  } catch (error: unknown) {
    ports.log.error('letter not redriven', describeError(error));
    return 'kept';
  }
};
