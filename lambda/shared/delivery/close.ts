import { METRICS } from '../contract.ts';
import type { MessageRecord } from '../message.ts';
import type { Changed } from '../message-ledger.ts';
import { expired, noLongerGranted, optedOut } from './outcome.ts';
import { persist } from './persist.ts';
import type { DeliveryPorts } from './ports.ts';

const { names } = METRICS;

const ENDS = { expired, 'no-longer-granted': noLongerGranted, 'opted-out': optedOut } as const;

/**
 * Ends a queued message that will not be sent any more: its units go back, once.
 *
 * The end bears a name of its own, so that of two who see the message's time pass one gives the units back.
 */
export const closeUnsent = async (
  ports: Pick<DeliveryPorts, 'ledger' | 'clock' | 'metrics' | 'log' | 'newAttempt'>,
  record: MessageRecord,
  why: keyof typeof ENDS,
  deadline: number,
): Promise<Changed> => {
  const { ledger, clock, metrics, log } = ports;
  const to = { ...ENDS[why](), attempt: ports.newAttempt(), updatedAt: clock.now() };
  const changed = await persist(ports, record, to, deadline);
  if (changed !== 'recorded') return changed;
  const { id: messageId, app, channel } = record;
  await ledger.giveBack(app, record.takes);
  metrics.emit({ [why === 'expired' ? names.expired : names.rejected]: 1 }, { app, channel });
  log.info('message closed unsent', { messageId, app, channel, state: to.state, reason: why });
  return changed;
};
