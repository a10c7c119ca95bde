import { EXIT } from '../../operator/report.ts';
import { type CliResult, must, type Stage } from './stage.ts';

/**
 * Runs a command that has to end as it should.
 *
 * @param expected exit code. @default 0
 * @throws Error with the last line that the command wrote, when it ends with another one
 */
export const command = async (
  { keyroom }: Pick<Stage, 'keyroom'>,
  args: readonly string[],
  { expected = EXIT.held, input }: { readonly expected?: number; readonly input?: string } = {},
): Promise<CliResult> => {
  const result = await keyroom(args, input);
  const last = result.stderr.trim().split('\n').at(-1) ?? '';
  must(result.code === expected, `keyroom ${args.slice(0, 2).join(' ')} ended with ${result.code}: ${last}`);
  return result;
};
