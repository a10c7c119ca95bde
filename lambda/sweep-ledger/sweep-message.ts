import { METRICS } from '../shared/contract.ts';
import { makeAppointment } from '../shared/delivery/appointment.ts';
import { closeUnsent } from '../shared/delivery/close.ts';
import { lostOutcome, LOST_AFTER_MS, unsettledForGood } from '../shared/delivery/outcome.ts';
import { isForgotten, type MessageRecord } from '../shared/message.ts';
import type { Change } from '../shared/message-ledger.ts';
import { nextPull } from '../shared/settlement.ts';
import type { SweepAction, SweepPorts } from './ports.ts';

const { names } = METRICS;

/** Between two questions to the provider about the same message. */
const ASK_AGAIN_MS = 15 * 60_000;

/** Does what is due about one message. Every change is conditioned on what was seen, so that a sweep may be repeated. */
export const sweepMessage = async (ports: SweepPorts, id: string): Promise<SweepAction> => {
  const now = ports.clock.now();
  const record = await ports.ledger.find(id);
  // The index is late, or the table has not deleted yet what counts as absent.
  if (record === undefined || record.dueAt === null || record.dueAt > now || isForgotten(record, now)) return 'waiting';
  switch (record.state) {
    case 'sending':
      return lose(ports, record, now);
    case 'queued':
      return now >= record.validUntil ? expire(ports, record) : renew(ports, record, now);
    case 'unknown':
      return settle(ports, record, now);
    case 'accepted':
      return pull(ports, record, now);
    default:
      return change(ports, record, { state: record.state, updatedAt: record.updatedAt, dueAt: null }, 'waiting');
  }
};

/** The attempt is over without an outcome: it may have been sent, and is never sent again. */
const lose = async (ports: SweepPorts, record: MessageRecord, now: number): Promise<SweepAction> => {
  const to = { ...lostOutcome(record.leaseUntil), updatedAt: now };
  const action = await change(ports, record, to, 'lost');
  if (action === 'lost') report(ports, record, names.unknown, 'outcome lost');
  return action;
};

const expire = async (ports: SweepPorts, record: MessageRecord): Promise<SweepAction> =>
  (await closeUnsent(ports, record, 'expired', ports.clock.monotonic())) === 'recorded' ? 'expired' : 'left';

/**
 * Makes the same appointment again: should the first one only be late, whichever comes first is kept and the other is
 * void. The next look is twice as far away each time, so that a backlog does not fill the queue with copies.
 */
const renew = async (ports: SweepPorts, record: MessageRecord, now: number): Promise<SweepAction> => {
  const late = now - (record.nextAttemptAt ?? now);
  const dueAt = now + Math.max(LOST_AFTER_MS, 2 * late);
  const action = await change(ports, record, { state: 'queued', updatedAt: record.updatedAt, dueAt }, 'renewed');
  return action === 'renewed' && !(await makeAppointment(ports, record)) ? 'left' : action;
};

const settle = async (ports: SweepPorts, record: MessageRecord, now: number): Promise<SweepAction> => {
  const settlesBy = record.settlesBy ?? now;
  if (ports.settler && (await ports.settler.settle(record)) === 'settled') return 'settled';
  if (now < settlesBy) {
    const dueAt = ports.settler ? Math.min(now + ASK_AGAIN_MS, settlesBy) : settlesBy;
    return change(ports, record, { state: 'unknown', updatedAt: record.updatedAt, dueAt }, 'waiting');
  }
  const action = await change(ports, record, { ...unsettledForGood(), updatedAt: now }, 'unsettled');
  if (action === 'unsettled') report(ports, record, names.unknownUnsettled, 'outcome never settled');
  return action;
};

/** Asks what became of a message that was accepted. */
const pull = async (ports: SweepPorts, record: MessageRecord, now: number): Promise<SweepAction> => {
  const { state, updatedAt } = record;
  if (ports.settler && (await ports.settler.settle(record)) === 'settled') return 'settled';
  const dueAt = ports.settler ? nextPull(updatedAt, now) : null;
  return change(ports, record, { state, updatedAt, dueAt }, 'waiting');
};

const change = async (
  { ledger }: SweepPorts,
  seen: MessageRecord,
  to: Change,
  action: SweepAction,
): Promise<SweepAction> => ((await ledger.change(seen, to)) === 'recorded' ? action : 'left');

const report = (
  { metrics, log }: SweepPorts,
  { id: messageId, app, channel }: MessageRecord,
  metric: typeof names.unknown | typeof names.unknownUnsettled,
  event: string,
): void => {
  metrics.emit({ [metric]: 1 }, { app, channel });
  log.warn(event, { messageId, app, channel });
};
