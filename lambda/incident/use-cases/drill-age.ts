import { METRICS } from '../../shared/contract.ts';
import { describeError } from '../../shared/log.ts';
import type { IncidentPorts } from '../ports.ts';

/** Says how long ago a page was proved to arrive; a room that never had a drill counts from now. */
export const tellDrillAge = async ({ pager, clock, log }: IncidentPorts): Promise<void> => {
  if (pager === undefined) return;
  try {
    const now = clock.now();
    const last = await pager.last();
    if (last === undefined)
      await pager.keep({ at: null, ok: false, seconds: null, provenAt: now, confirmed: 0, pending: 0 });
    pager.count({ [METRICS.names.drillAgeHours]: (now - (last?.provenAt ?? now)) / 3_600_000 });
  } catch (error: unknown) {
    log.error('age of the last drill not told', describeError(error));
  }
};
