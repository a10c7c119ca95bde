import type { Problems } from './checks.ts';
import type { EnvironmentConfig } from './environment.ts';
import { structureProblems } from './structure.ts';
import { egressProblems } from './validate-egress.ts';
import { environmentProblems } from './validate-environment.ts';
import { nameProblems } from './validate-names.ts';
import { roomProblems } from './validate-room.ts';

/**
 * Stops synth when a configuration is wrong, saying everything that is wrong at once: first fields, then their values.
 *
 * @throws Error with one line per problem: where it is, what was got, what is allowed
 */
export const validate = (config: EnvironmentConfig): void => {
  // What follows relies on the structure, so only one of the two can be reported.
  const structure = structureProblems(config);
  const problems = structure.length > 0 ? structure : valueProblems(config);
  if (problems.length === 0) return;
  const lines = problems.map((problem) => `- ${problem}`).join('\n');
  throw new Error(`the configuration of environment "${config.name}" has ${problems.length} problem(s):\n${lines}`);
};

const valueProblems = (config: EnvironmentConfig): Problems => [
  ...environmentProblems(config),
  ...egressProblems(config.egress ?? {}),
  ...Object.entries(config.rooms).flatMap(([name, room]) => roomProblems(name, room, config)),
  ...nameProblems(config),
];
