import { makeAppointment } from '../shared/delivery/appointment.ts';
import { queuedUntil } from '../shared/delivery/outcome.ts';
import { isForgotten } from '../shared/message.ts';
import { readAppointment } from '../shared/retry-queue.ts';
import type { RedriveFate } from './contract.ts';
import type { RedrivePorts } from './ports.ts';

/** Those that are tried again come over so long, not all at once. */
const SPREAD_MS = 10_000;

/**
 * Decides by the ledger what becomes of one appointment that was set aside.
 *
 * The letter itself is never put back: it says only which message to look at. So a letter that is old, doubled or
 * redriven twice does nothing that its message does not need.
 *
 * @param body what the letter says. @param dryRun whether nothing is to be changed
 */
export const redriveLetter = async (ports: RedrivePorts, body: string, dryRun: boolean): Promise<RedriveFate> => {
  const { ledger, clock, random, log } = ports;
  const appointment = readAppointment(body);
  if (appointment === undefined) return 'unreadable';
  const record = await ledger.find(appointment.id);
  const now = clock.now();
  if (record === undefined || isForgotten(record, now)) return 'over';
  if (record.state === 'sending') return 'waiting';
  if (record.state === 'unknown') return 'sweep';
  if (record.state !== 'queued') return 'over';
  if (now >= record.validUntil) return 'sweep';
  if ((record.nextAttemptAt ?? 0) > now) return 'waiting';
  if (dryRun) return 'again';
  const at = Math.min(now + Math.ceil(random() * SPREAD_MS), record.validUntil);
  const to = { state: 'queued', updatedAt: now, ...queuedUntil(at) } as const;
  const changed = await ledger.change(record, to);
  if (changed !== 'recorded') return changed === 'failed' ? 'kept' : 'waiting';
  const { id: messageId, app, channel } = record;
  log.info('message redriven', { messageId, app, channel });
  // Where this fails the sweep makes it: the record names the moment.
  await makeAppointment(ports, { ...record, ...to });
  return 'again';
};
