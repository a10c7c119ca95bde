import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOM_POLICY_FILE, type RoomPolicy } from './contract.ts';
import { type Environment, optional } from './environment.ts';
import { ConfigurationError } from './errors.ts';

/**
 * The room's policy, as synth packed it beside the code.
 *
 * Validated at synth, so only its presence and its outline are checked. @throws ConfigurationError
 */
export const readRoomPolicy = (environment: Environment): RoomPolicy => {
  const path = join(optional(environment, 'LAMBDA_TASK_ROOT') ?? process.cwd(), ROOM_POLICY_FILE);
  let policy: unknown;
  try {
    policy = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error: unknown) {
    throw new ConfigurationError(`${ROOM_POLICY_FILE} is missing from the function's package or is not JSON`, {
      cause: error,
    });
  }
  if (typeof policy === 'object' && policy !== null && 'apps' in policy && 'provider' in policy) {
    return policy as RoomPolicy;
  }
  throw new ConfigurationError(`${ROOM_POLICY_FILE} does not hold a room policy`);
};
