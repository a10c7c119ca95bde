import {
  type RedriveCommand,
  type RedriveFate,
  redriveFunctionName,
  type RedriveResult,
} from '../lambda/redrive/contract.ts';
import { askFunction, type AskingContext } from './ask-function.ts';
import { plainTable } from './plain-table.ts';

/** Far more than SQS keeps for one room: a room that always has more is asked no further. */
const MOST_ROUNDS = 200;

const MEANINGS: Readonly<Record<RedriveFate, { readonly done: string; readonly planned: string }>> = {
  again: { done: 'tried again, within ten seconds', planned: 'would be tried again' },
  waiting: { done: 'wait for their next attempt already', planned: 'wait for their next attempt already' },
  sweep: { done: 'left to the sweep: their time is over, or they may have been sent', planned: 'left to the sweep' },
  over: { done: 'nothing left to do: accepted, final or forgotten', planned: 'nothing left to do' },
  unreadable: { done: 'no appointment of the room: dropped', planned: 'no appointment of the room' },
  kept: { done: 'still in the queue: the ledger gave no answer', planned: 'the ledger gave no answer' },
};

const FATES = Object.keys(MEANINGS) as readonly RedriveFate[];

/**
 * Sends what was set aside back through the ledger, and shows how many messages came to what.
 *
 * @returns whether nothing is left in the queue that should not be there
 * @throws RoomRefusal with the room's reason when it could not
 */
export const redrive = async (context: AskingContext, { dryRun = false }: RedriveCommand): Promise<boolean> => {
  const { room, report, json, out = (text: string) => void process.stdout.write(text) } = context;
  const counts: Record<RedriveFate, number> = { again: 0, waiting: 0, sweep: 0, over: 0, unreadable: 0, kept: 0 };
  const more = await report.step(`${dryRun ? 'look at' : 'redrive'} the dead letters of room ${room}`, async () => {
    const { functions } = await context.connect();
    for (let round = 1; ; round++) {
      const result = await askFunction<RedriveResult>(functions, redriveFunctionName(context.environment.name, room), {
        dryRun,
      } satisfies RedriveCommand);
      for (const fate of FATES) counts[fate] += result.counts[fate];
      // A second look would see the same ones.
      if (!result.more || dryRun || round === MOST_ROUNDS) return result.more;
      report.note(`${total(counts)} so far`);
    }
  });
  report.figure('counts', counts);
  report.figure('more', more ? 1 : 0);
  if (!json) out(`${describe(counts, dryRun)}\n`);
  if (more && !json) out('There are more: this is what was seen in the time of one look.\n');
  return counts.kept === 0 && (dryRun || !more);
};

const total = (counts: Readonly<Record<RedriveFate, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const describe = (counts: Readonly<Record<RedriveFate, number>>, dryRun: boolean): string => {
  if (total(counts) === 0) return 'there are no dead letters';
  const table = plainTable({ head: ['dead letters', 'their messages'] });
  for (const fate of FATES) {
    const { done, planned } = MEANINGS[fate];
    if (counts[fate] > 0) table.push([String(counts[fate]), dryRun ? planned : done]);
  }
  return table.toString();
};
