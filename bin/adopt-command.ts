import { type Command, InvalidArgumentError, Option } from 'commander';
import { adopt } from '../operator/adopt.ts';
import { connect } from '../operator/connection.ts';
import { UsageError } from '../operator/errors.ts';
import { EXIT } from '../operator/report.ts';
import { findRoomWithKey } from '../operator/target.ts';
import { addRoomCommand, type CommonOptions, onRoomOf } from './room-command.ts';

interface AdoptCommandOptions extends CommonOptions {
  readonly until?: string;
  readonly end: boolean;
  readonly idleDays: number;
}

const onRoom = onRoomOf(findRoomWithKey);

/** A week holds every day of the week: what runs on Sundays only has run. */
const IDLE_DAYS = 7;

/** A day is over when it is over everywhere in UTC. */
const moment = (text: string): string => {
  const whole = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59Z` : text;
  if (Number.isNaN(Date.parse(whole))) throw new InvalidArgumentError('must be a date such as 2026-12-31');
  return new Date(whole).toISOString();
};

const days = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 180) return value;
  throw new InvalidArgumentError('must be a whole number of days from 1 to 180');
};

/** Adds `keyroom adopt`: a key that is in use elsewhere moves into the room, app by app. */
export const addAdoptCommand = (program: Command): void => {
  addRoomCommand(program, 'adopt <room>', 'Take over a key that others still use: who they are, and when it may go.', [
    'npm run keyroom -- adopt otp -e production --until 2026-12-31',
    'npm run keyroom -- adopt otp -e production',
    'npm run keyroom -- adopt otp -e production --end',
  ])
    .option('--until <date>', 'expect use outside the room until then, at most 180 days ahead', moment)
    .addOption(
      new Option('--end', 'expect it no more: what the room did not send pages').default(false).conflicts('until'),
    )
    .option('--idle-days <days>', 'days without use elsewhere after which the old key may go', days, IDLE_DAYS)
    .addHelpText(
      'after',
      `
Without --until or --end it changes nothing, and ends with 0 when nobody else has used the key for so many days, with 3
while somebody may still need it. The guide: docs/platform-engineer.md#adopting-a-key-that-is-in-use
Your credentials must be allowed to assume the room's importer role (keyImporters).`,
    )
    .action(async (room: string, options: AdoptCommandOptions) => {
      const { until, end, idleDays, json } = options;
      const changes = end || until !== undefined;
      await onRoom(room, options, undefined, async ({ environment, endpoint, config }, report) => {
        if (config.account === 'shared') {
          throw new UsageError(`room ${room} shares its account: nothing is compared, so nobody knows who else sends`);
        }
        const reach = () => connect(environment, room, endpoint, 'keyroom-cli');
        const context = { connect: reach, environment, room, report, json };
        const wanted = end ? { until: null } : until === undefined ? {} : { until };
        const isIdle = await adopt(context, { ...wanted, idleDays });
        return changes || isIdle ? EXIT.held : EXIT.notProved;
      });
    });
};
