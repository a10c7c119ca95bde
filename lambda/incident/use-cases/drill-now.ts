import { iso } from '../../shared/clock.ts';
import { ConfigurationError } from '../../shared/errors.ts';
import { KEYROOM } from '../contract.ts';
import type { IncidentPorts } from '../ports.ts';
import { startJob } from './start-job.ts';

/** Has the drill that the calendar wants, as a job like any other; once a day, however often the schedule calls. */
export const drillNow = async (ports: IncidentPorts): Promise<void> => {
  const caller = { ...KEYROOM, session: 'schedule' };
  const idempotencyKey = `drill-${iso(ports.clock.now()).slice(0, 10)}`;
  const result = await startJob(ports, { caller, idempotencyKey, body: { command: 'drill' }, isOwn: true });
  if (!result.ok) throw new ConfigurationError('the drill of the week could not be commanded');
};
