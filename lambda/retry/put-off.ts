import { makeAppointment } from '../shared/delivery/appointment.ts';
import { nextAttemptAt } from '../shared/delivery/backoff.ts';
import { queuedUntil } from '../shared/delivery/outcome.ts';
import { persist } from '../shared/delivery/persist.ts';
import type { MessageRecord } from '../shared/message.ts';
import type { RetryCommand, RetryPorts, RetryResult } from './ports.ts';

/** Between two looks at whether what was stopped goes on. */
const STOPPED_MS = 30_000;

/**
 * Leaves a message queued for a while and makes its next appointment, which makes this one void.
 *
 * @param why fixed code for the log
 * @param until the earliest moment of the next attempt. @default - in half a minute
 * @param hasPlace whether a place of the sender is reserved for exactly then
 */
export const putOff = async (
  ports: RetryPorts,
  { requestId, deadline }: RetryCommand,
  seen: MessageRecord,
  why: string,
  until?: number,
  hasPlace = false,
): Promise<RetryResult> => {
  const { clock, random, log } = ports;
  const { id: messageId, app, channel, validUntil } = seen;
  const now = clock.now();
  const notBefore = until ?? now + STOPPED_MS;
  const at = hasPlace ? notBefore : nextAttemptAt({ now, tries: 1, validUntil, random: random(), notBefore });
  const to = { state: 'queued', updatedAt: now, ...queuedUntil(at, hasPlace) } as const;
  const changed = await persist(ports, seen, to, deadline);
  if (changed !== 'recorded') return changed === 'failed' ? 'again' : 'done';
  log.info('message put off', { requestId, messageId, app, channel, reason: why });
  await makeAppointment(ports, { ...seen, ...to });
  return 'done';
};
