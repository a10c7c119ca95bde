import type { Command } from 'commander';
import { ENVIRONMENTS } from '../lib/config/environments.ts';
import { describePosture, postureOf } from '../operator/posture.ts';
import { createReport } from '../operator/report.ts';
import { findEnvironment } from '../operator/target.ts';

interface PostureOptions {
  readonly environment: string;
  readonly json: boolean;
}

/** Adds `keyroom posture`: it reads the configuration, asks nobody and needs no credentials. */
export const addPostureCommand = (program: Command): void => {
  program
    .command('posture [room]')
    .description('Say what the provider protects, what of the room stands in for the rest, and what remains open.')
    .option('-e, --environment <name>', `one of ${Object.keys(ENVIRONMENTS).join(', ')}`, 'local')
    .option('--json', 'print one JSON document on standard output and nothing else there', false)
    .addHelpText(
      'after',
      `
Reads the configuration and asks nobody. Ends with 0 whatever remains open: that is for you to judge.

Examples:
  $ npm run --silent keyroom -- posture -e production
  $ npm run --silent keyroom -- posture otp -e production --json`,
    )
    .action(async (room: string | undefined, { environment, json }: PostureOptions) => {
      const postures = postureOf(findEnvironment(ENVIRONMENTS, environment), room);
      if (!json) {
        process.stdout.write(`${describePosture(postures)}\n`);
        return;
      }
      const report = createReport({ json });
      await report.step(`read the configuration of ${environment}`, () => Promise.resolve());
      report.figure('rooms', postures);
      report.finish();
    });
};
