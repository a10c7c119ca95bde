import { type Command, InvalidArgumentError } from 'commander';
import { ENVIRONMENTS } from '../lib/config/environments.ts';
import { RoomRefusal, UsageError } from '../operator/errors.ts';
import { createReport, EXIT, type Report } from '../operator/report.ts';
import type { findRoom, Target } from '../operator/target.ts';

/** Options of every command on a room. */
export interface CommonOptions {
  readonly environment: string;
  readonly json: boolean;
}

/** How long something may take, as it is typed. @throws InvalidArgumentError */
export const seconds = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 3600) return value;
  throw new InvalidArgumentError('must be a whole number of seconds from 1 to 3600');
};

/** All of standard input. */
export const readStandardInput = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/** What the end of a command comes to, by its exit code. */
const ENDS: Readonly<Record<number, string>> = { [EXIT.held]: 'done', [EXIT.notProved]: 'done, but not proved' };

/**
 * What runs a command on one room, found in this way, and turns what happened into output and exit code.
 *
 * Its title says what was done, for the last line. @default - none: what the command prints says it
 */
export const onRoomOf =
  (find: typeof findRoom) =>
  async (
    room: string,
    options: CommonOptions,
    title: string | undefined,
    work: (target: Target, report: Report) => Promise<number>,
  ): Promise<void> => {
    const report = createReport({ json: options.json });
    const target = find(ENVIRONMENTS, options.environment, room);
    let code: number = EXIT.failed;
    try {
      code = await work(target, report);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (!report.hasShown(error)) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      if (error instanceof RoomRefusal) {
        process.stderr.write(`what to do: ${error.fix}\n`);
        report.figure('code', error.code);
        report.figure('fix', error.fix);
      }
    }
    const end = report.finish() ? code : EXIT.failed;
    if (title !== undefined && !options.json) process.stdout.write(`${title}: ${ENDS[end] ?? 'failed'}\n`);
    process.exitCode = end;
  };

/** Declares a command whose first argument is a room. @param usage such as `rotate <room>` */
export const addRoomCommand = (
  parent: Command,
  usage: string,
  description: string,
  examples: readonly string[],
): Command =>
  parent
    .command(usage)
    .description(description)
    .option('-e, --environment <name>', `one of ${Object.keys(ENVIRONMENTS).join(', ')}`, 'local')
    .option('--json', 'print one JSON document on standard output and nothing else there', false)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
