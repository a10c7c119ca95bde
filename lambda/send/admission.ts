import type { KeyRead, SendingKey } from '../shared/key-reader.ts';
import type { MessageRecord } from '../shared/message.ts';
import { problem, type Problem } from '../shared/problem.ts';
import type { Take, UnitsResult } from '../shared/unit-ledger.ts';
import { answerTo, keyProblem, notSent, replay, roomFrozen, unitsProblem } from './answer.ts';
import { attempt } from './attempt.ts';
import { countAttempt, refuse } from './count.ts';
import type { Granted } from './grants.ts';
import { causeOf, settlementOf } from './outcome.ts';
import type { SendPorts, SendResult } from './ports.ts';

/** What the first round trip brought, beside the fate of the intent. */
export interface Found {
  readonly requestId: string;
  /** The record as this attempt wrote it, or would have. */
  readonly intent: MessageRecord;
  readonly granted: Granted;
  readonly deadline: number;
  readonly units: UnitsResult;
  readonly key: KeyRead;
}

/** Goes on with a message that nobody has seen before: its lease is this attempt's. */
export const proceed = async (ports: SendPorts, found: Found): Promise<SendResult> => {
  const ready = readiness(found, ports.clock.now());
  if (ready.ok) return send(ports, found, found.intent, ready);
  // The same key may be used again once the reason has passed.
  await ports.ledger.release(found.intent);
  return backOut(ports, found, ready.problem);
};

/** Answers a request whose key was seen before, and tries again only what was definitely not sent. */
export const answerAgain = async (ports: SendPorts, found: Found, seen: MessageRecord): Promise<SendResult> => {
  const { ledger, clock } = ports;
  if (seen.bodyHash !== found.intent.bodyHash) {
    return backOut(ports, found, problem('idempotency-key-reused', { field: 'Idempotency-Key', id: seen.id }));
  }
  const now = clock.now();
  if (seen.state === 'not-sent' && now >= seen.validUntil) await ledger.expire(seen, now);
  else if (seen.state === 'not-sent') return reclaim(ports, found, seen);
  await giveBack(ports, found);
  return replay(seen, now);
};

/** Ends a request before the wire: what was taken goes back. */
export const backOut = async (ports: SendPorts, found: Found, reason: Problem): Promise<SendResult> => {
  await giveBack(ports, found);
  const { id: messageId, app, channel } = found.intent;
  return refuse(ports, reason, { requestId: found.requestId, messageId, app, channel });
};

const reclaim = async (ports: SendPorts, found: Found, seen: MessageRecord): Promise<SendResult> => {
  const ready = readiness(found, ports.clock.now());
  if (!ready.ok) return backOut(ports, found, ready.problem);
  const { createdAt, validUntil } = seen;
  const next: MessageRecord = { ...found.intent, createdAt, validUntil, fence: seen.fence + 1 };
  const result = await ports.ledger.reclaim(seen, next);
  switch (result.kind) {
    case 'claimed':
      return send(ports, found, next, ready);
    case 'lost':
      if (result.record === undefined)
        return backOut(ports, found, notSent('claim-lost', 'another request was quicker'));
      await giveBack(ports, found);
      return replay(result.record, ports.clock.now());
    case 'in-doubt': {
      // If the claim did happen, the record must say again that nothing was sent.
      const end = { kind: 'not-sent', reason: 'ledger-in-doubt' } as const;
      await ports.ledger.settle(next, settlementOf(end, ready.key, found.granted.content, ports.clock.now()));
      return backOut(ports, found, notSent(end.reason, 'the ledger gave no definite answer'));
    }
    case 'failed':
      return backOut(ports, found, notSent('ledger-failed', 'the ledger could not be written'));
  }
};

interface Ready {
  readonly takes: readonly Take[];
  readonly key: SendingKey;
}

const send = async (ports: SendPorts, found: Found, record: MessageRecord, ready: Ready): Promise<SendResult> => {
  const { to, content } = found.granted;
  const attempted = await attempt(ports, { record, to, content, deadline: found.deadline, ...ready });
  countAttempt(ports, attempted);
  const cause = causeOf(attempted.end);
  ports.log.info('attempt ended', {
    requestId: found.requestId,
    messageId: record.id,
    app: record.app,
    channel: record.channel,
    country: record.country,
    state: attempted.record.state,
    reason: attempted.end.kind,
    ...(cause === undefined ? {} : { code: cause }),
    attempt: record.fence,
    ...(attempted.record.versionId === null ? {} : { versionId: attempted.record.versionId }),
  });
  return answerTo(attempted, ports.clock.now());
};

const readiness = ({ units, key }: Found, now: number): ({ ok: true } & Ready) | { ok: false; problem: Problem } => {
  if (units.kind === 'frozen' && key.kind === 'denied') return { ok: false, problem: roomFrozen() };
  if (units.kind !== 'taken') return { ok: false, problem: unitsProblem(units, now) };
  if (key.kind !== 'key') return { ok: false, problem: keyProblem(key) };
  return { ok: true, takes: units.takes, key: key.key };
};

const giveBack = async ({ ledger }: SendPorts, { intent, units }: Found): Promise<void> => {
  if (units.kind === 'taken') await ledger.giveBack(intent.app, units.takes);
};
