import { setTimeout as pause } from 'node:timers/promises';
import { styleText } from 'node:util';
import { type Command, Option } from 'commander';
import { statusCurl } from '../lambda/shared/on-call/contract.ts';
import { ENVIRONMENTS } from '../lib/config/environments.ts';
import { lossBlock, lossBound } from '../lib/config/loss-bound.ts';
import { partitionOf } from '../lib/config/names.ts';
import { ON_CALL } from '../operator/connection.ts';
import { describeSituation, type Emphasis } from '../operator/describe-situation.ts';
import { UsageError } from '../operator/errors.ts';
import { onInterrupt } from '../operator/interruption.ts';
import { findOperatorDoor } from '../operator/operator-door.ts';
import { createReport, EXIT } from '../operator/report.ts';
import { exitCodeOf, type RoomStatus, statusTable } from '../operator/room-status.ts';
import { findEnvironment, findRoom, type Target } from '../operator/target.ts';
import { open } from './incident-command.ts';
import { addRoomCommand, type CommonOptions } from './room-command.ts';

interface StatusOptions extends CommonOptions {
  readonly url?: string;
  readonly watch: boolean;
  readonly printCurl: boolean;
}

/** Between two looks that somebody watches. */
const LOOKS_MS = 10_000;

/** The rooms that were named, otherwise all that have a door for whoever is on call. @throws UsageError */
const targetsOf = (rooms: readonly string[], { environment, url }: StatusOptions): readonly Target[] => {
  const { rooms: all } = findEnvironment(ENVIRONMENTS, environment);
  const named = rooms.length > 0 ? rooms : Object.keys(all).filter((room) => all[room]?.responders?.length);
  if (named.length === 0) throw new UsageError(`no room of ${environment} names who may ask in its option responders`);
  if (url !== undefined && named.length > 1) throw new UsageError('--url is the door of one room: name that room');
  return named.map((room) => findRoom(ENVIRONMENTS, environment, room));
};

/** One room that does not answer hides no other. */
const ask = async (target: Target, url: string | undefined): Promise<RoomStatus> => {
  const { room } = target;
  try {
    return { room, known: await (await open(target, url, ON_CALL)).status() };
  } catch (error: unknown) {
    if (error instanceof UsageError) throw error;
    return { room, notKnown: error instanceof Error ? error.message : String(error) };
  }
};

/** Only a terminal shows colours, and one that is told not to does not. */
const EMPHASIS: Emphasis = {
  alarm: (text) => styleText(['bold', 'red'], text, { stream: process.stdout }),
  strong: (text) => styleText('bold', text, { stream: process.stdout }),
};

const show = (targets: readonly Target[], statuses: readonly RoomStatus[]): string => {
  const detailed = statuses.filter(
    (status) => statuses.length === 1 || !('known' in status && status.known.isWell && status.known.judgement === null),
  );
  return [
    statusTable(statuses),
    ...detailed.map((status) => {
      const target = targets.find(({ room }) => room === status.room);
      if (!('known' in status) || target === undefined) {
        return `\n${status.room}: no answer: ${'notKnown' in status ? status.notKnown : 'no such room'}`;
      }
      const [, ...atMost] = lossBlock(lossBound(target.environment, status.room, target.config)).split('\n');
      const lines = atMost.map((line) => line.trim());
      return `\n${status.room}\n${describeSituation(status.known, lines, EMPHASIS)}`;
    }),
  ].join('\n');
};

const printCurls = async (targets: readonly Target[], url: string | undefined): Promise<void> => {
  for (const target of targets) {
    const { environment, room } = target;
    const { account, region, name } = environment;
    const role = `arn:${partitionOf(region)}:iam::${account}:role/${ON_CALL.nameOf(name, room)}`;
    process.stdout.write(`${statusCurl(await findOperatorDoor(target, url), region, role)}\n`);
  }
};

const once = async (targets: readonly Target[], { url, json }: StatusOptions): Promise<number> => {
  const report = createReport({ json });
  const statuses = await report.step(targets.length === 1 ? 'ask the room' : `ask ${targets.length} rooms`, () =>
    Promise.all(targets.map((target) => ask(target, url))),
  );
  if (json) report.figure('rooms', statuses);
  else process.stdout.write(`${show(targets, statuses)}\n`);
  report.finish();
  return exitCodeOf(statuses);
};

const watch = async (targets: readonly Target[], { url }: StatusOptions): Promise<number> => {
  const interrupted = onInterrupt();
  let code: number = EXIT.failed;
  while (!interrupted.aborted) {
    const statuses = await Promise.all(targets.map((target) => ask(target, url)));
    code = exitCodeOf(statuses);
    if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H');
    process.stdout.write(`${new Date().toISOString().slice(11, 19)} UTC\n${show(targets, statuses)}\n`);
    await pause(LOOKS_MS, undefined, { signal: interrupted }).catch(() => undefined);
  }
  return code;
};

/** Adds `keyroom status`: where rooms stand, and what to do. */
export const addStatusCommand = (program: Command): void => {
  addRoomCommand(program, 'status [rooms...]', 'Say where rooms stand, what is wrong, and what to do about it.', [
    'npm run keyroom -- status -e production',
    'npm run keyroom -- status otp -e production --watch',
    'npm run --silent keyroom -- status otp -e production --json',
    'npm run --silent keyroom -- status otp -e production --print-curl',
  ])
    .option('--url <url>', "the operator door (default: the stack's output OperatorApiUrl)")
    .addOption(new Option('--watch', 'look again every 10 seconds, until Ctrl-C').default(false).conflicts('json'))
    .option('--print-curl', 'ask nothing: print the same as a command for any shell', false)
    .addHelpText(
      'after',
      `
Ends with 0 when all is well, 1 when something is wrong or a room does not answer, 3 when nothing is wrong that is known
and something is not known. Without rooms it asks all that name responders. It changes nothing.`,
    )
    .action(async (rooms: readonly string[], options: StatusOptions) => {
      const targets = targetsOf(rooms, options);
      if (options.printCurl) {
        await printCurls(targets, options.url);
        process.exitCode = EXIT.held;
      } else process.exitCode = await (options.watch ? watch : once)(targets, options);
    });
};
