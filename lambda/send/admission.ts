import { attempt, type Hold } from '../shared/delivery/attempt.ts';
import { forgetIntent } from '../shared/delivery/persist.ts';
import { reportAttempt } from '../shared/delivery/report.ts';
import type { KeyRead, SendingKey } from '../shared/key-reader.ts';
import type { MessageRecord } from '../shared/message.ts';
import type { Pepper } from '../shared/pepper.ts';
import { problem, type Problem } from '../shared/problem.ts';
import type { Gate } from '../shared/provider-health.ts';
import type { Place } from '../shared/sender-pace.ts';
import type { Take, UnitsResult } from '../shared/unit-ledger.ts';
import { answerTo, keyProblem, noPlace, replay, roomFrozen, unitsProblem } from './answer.ts';
import type { Granted } from './grants.ts';
import type { SendPorts, SendResult } from './ports.ts';
import { refuse } from './refuse.ts';

/** What the first round trip brought, beside the fate of the intent. */
export interface Found {
  readonly requestId: string;
  /** The record as this attempt wrote it, or would have. */
  readonly intent: MessageRecord;
  readonly granted: Granted;
  readonly hashes: Pepper;
  readonly deadline: number;
  readonly units: UnitsResult;
  readonly key: KeyRead;
  readonly gate: Gate;
  readonly place: Place;
}

/** Goes on with a message that nobody has seen before: its lease is this attempt's. */
export const proceed = async (ports: SendPorts, found: Found): Promise<SendResult> => {
  const ready = readiness(found, ports.clock.now());
  if (!ready.ok) return forget(ports, found, ready.problem);
  if (found.gate.kind === 'open') return send(ports, found, ready, { kind: 'breaker-open', until: found.gate.until });
  if (found.place.kind !== 'full') return send(ports, found, ready);
  const turn = await ports.pace.reserve(found.intent);
  if (turn.kind === 'too-late') return forget(ports, found, noPlace(turn.freeInMs, ports.clock.now()));
  return send(ports, found, ready, { ...turn, kind: 'paced' });
};

/** The same key may be used again once the reason has passed. */
const forget = async (ports: SendPorts, found: Found, reason: Problem): Promise<SendResult> => {
  await forgetIntent(ports, found.intent, found.deadline);
  return backOut(ports, found, reason);
};

/** Answers a request whose key was seen before. Whatever became of the message, this request does nothing about it. */
export const answerAgain = async (ports: SendPorts, found: Found, seen: MessageRecord): Promise<SendResult> => {
  if (seen.bodyHash !== found.intent.bodyHash) {
    return backOut(ports, found, problem('idempotency-key-reused', { field: 'Idempotency-Key', id: seen.id }));
  }
  await giveBack(ports, found);
  // Not by now: whoever held the lease may have forgotten the intent since it was read, and nothing is unknown then.
  return replay(seen, found.intent.createdAt);
};

/** Ends a request before the wire: what was taken goes back. */
export const backOut = async (ports: SendPorts, found: Found, reason: Problem): Promise<SendResult> => {
  await giveBack(ports, found);
  const { id: messageId, app, channel } = found.intent;
  return refuse(ports, reason, { requestId: found.requestId, messageId, app, channel });
};

interface Ready {
  readonly takes: readonly Take[];
  readonly key: SendingKey;
}

const send = async (
  ports: SendPorts,
  { intent, granted: { to, content }, requestId, hashes, deadline }: Found,
  { takes, key }: Ready,
  hold?: Hold,
): Promise<SendResult> => {
  const admitted = { record: intent, takes, to, content, key, hashes, deadline };
  const attempted = await attempt(ports, hold === undefined ? admitted : { ...admitted, hold });
  reportAttempt(ports, attempted, requestId);
  return answerTo(attempted, ports.clock.now());
};

const readiness = ({ units, key }: Found, now: number): ({ ok: true } & Ready) | { ok: false; problem: Problem } => {
  if (units.kind === 'frozen' && key.kind === 'denied')
    return { ok: false, problem: roomFrozen('app-frozen-and-key-denied') };
  if (units.kind !== 'taken') return { ok: false, problem: unitsProblem(units, now) };
  if (key.kind !== 'key') return { ok: false, problem: keyProblem(key) };
  return { ok: true, takes: units.takes, key: key.key };
};

const giveBack = async ({ ledger }: SendPorts, { intent, units, place }: Found): Promise<void> => {
  await Promise.all([
    units.kind === 'taken' && ledger.giveBack(intent.app, units.takes),
    place.kind === 'taken' && place.giveBack(),
  ]);
};
