import type { Command } from './use-cases/command.ts';
import { approve } from './use-cases/commands/approve.ts';
import { drill } from './use-cases/commands/drill.ts';
import { expect } from './use-cases/commands/expect.ts';
import { freeze } from './use-cases/commands/freeze.ts';
import { revoke } from './use-cases/commands/revoke.ts';
import { rotate } from './use-cases/commands/rotate.ts';
import { unfreeze } from './use-cases/commands/unfreeze.ts';

/** Everything that can be commanded at the operator door: a file and a line for each. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  approve,
  drill,
  expect,
  freeze,
  revoke,
  rotate,
  unfreeze,
};
