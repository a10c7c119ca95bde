import { ConfigurationError } from '../../shared/errors.ts';
import type { QuarantineCommand } from '../../shared/quarantine-command.ts';
import { KEYROOM } from '../contract.ts';
import type { IncidentPorts } from '../ports.ts';
import { startJob } from './start-job.ts';

/**
 * Freezes an app or a country because the watch says so, as a job like any other: `keyroom unfreeze` undoes it.
 *
 * @throws ConfigurationError when it is no such app or country, so that the failure is seen
 */
export const quarantine = async (ports: IncidentPorts, { scope, key }: QuarantineCommand): Promise<void> => {
  // Read field by field: whoever invokes the function may send anything.
  const scopes = Object.entries(scope).filter(([name]) => name === 'app' || name === 'country');
  if (scopes.length !== 1) throw new ConfigurationError('a quarantine is of one app or of one country');
  const body = { command: 'freeze', arguments: Object.fromEntries(scopes), reason: 'quarantine' };
  const result = await startJob(ports, { caller: KEYROOM, idempotencyKey: key, body, isOwn: true });
  if (!result.ok) throw new ConfigurationError('the room has no such app or country');
};
