import type { Problems } from './checks.ts';
import { type EnvironmentConfig } from './environment.ts';
import { egressProblems } from './validate-egress.ts';
import { environmentProblems } from './validate-environment.ts';
import { nameProblems } from './validate-names.ts';
import { roomProblems } from './validate-room.ts';

/**
 * Stops synth when a configuration is wrong, saying everything that is wrong at once.
 *
 * @throws Error with one line per problem: where it is, what was got, what is allowed
 */
export const validate = (config: EnvironmentConfig): void => {
  const problems: Problems = [
    ...environmentProblems(config),
    ...egressProblems(config.egress ?? {}),
    ...Object.entries(config.rooms).flatMap(([name, room]) => roomProblems(name, room, config)),
    ...nameProblems(config),
  ];
  if (problems.length === 0) return;
  const lines = problems.map((problem) => `- ${problem}`).join('\n');
  throw new Error(`the configuration of environment "${config.name}" has ${problems.length} problem(s):\n${lines}`);
};
