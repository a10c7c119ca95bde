import type { Sealed } from '../shared/content-seal.ts';
import { makeAppointment } from '../shared/delivery/appointment.ts';
import { attempt } from '../shared/delivery/attempt.ts';
import { closeUnsent } from '../shared/delivery/close.ts';
import { LEASE_MS } from '../shared/delivery/lease.ts';
import { persist } from '../shared/delivery/persist.ts';
import { reportAttempt } from '../shared/delivery/report.ts';
import type { SendingKey } from '../shared/key-reader.ts';
import { isForgotten, type MessageRecord } from '../shared/message.ts';
import type { Changed } from '../shared/message-ledger.ts';
import type { Pepper } from '../shared/pepper.ts';
import type { RetryCommand, RetryPorts, RetryResult } from './ports.ts';
import { putOff } from './put-off.ts';
import { isStillGranted } from './still-granted.ts';
import { costsNothing, type RetryTurn, turnOf } from './turn.ts';

/**
 * Tries one queued message again.
 *
 * 1. An appointment that is no longer the message's is void; one that is too early is made again.
 * 2. A message whose time is up expires; one that the room does not grant any more, or whose recipient opted out, is
 *    refused. Units go back.
 * 3. While the app or the room is stopped, the provider is known to be away, or it is not the message's turn, it goes on
 *    waiting.
 * 4. Claim it: of all who try at once, one succeeds, and only while nothing about the message has changed.
 * 5. Call the provider and record the outcome, as for a message that is sent the first time (see `attempt`).
 */
export const retryMessage = async (ports: RetryPorts, command: RetryCommand): Promise<RetryResult> => {
  const { clock, ledger, keys, optOuts, room } = ports;
  const record = await ledger.find(command.id);
  const now = clock.now();
  if (record?.state !== 'queued' || record.nextAttemptAt !== command.at || isForgotten(record, now)) return 'done';
  if (now >= record.validUntil) return resultOf(await closeUnsent(ports, record, 'expired', command.deadline));
  if (now < command.at) return (await makeAppointment(ports, record)) ? 'done' : 'again';

  const [hashes, standing, optOut, key] = await Promise.all([
    ports.hashes(),
    ledger.look(record.app, [], record.country),
    record.numberHash === null ? undefined : optOuts.find(record.numberHash),
    keys.current(),
  ]);
  if (optOut !== undefined) return resultOf(await closeUnsent(ports, record, 'opted-out', command.deadline));
  if (hashes === undefined) return putOff(ports, command, record, 'pepper-unreadable');
  const { to, content } = hashes.open(record.id, record.sealed ?? '');
  if (!isStillGranted(room, record, to)) {
    return resultOf(await closeUnsent(ports, record, 'no-longer-granted', command.deadline));
  }
  if (standing.kind === 'frozen') return putOff(ports, command, record, `${standing.scope}-frozen`);
  if (standing.kind !== 'seen') return putOff(ports, command, record, `app-${standing.kind}`);
  if (key.kind !== 'key') return putOff(ports, command, record, `key-${key.kind}`);
  if (content === undefined) throw new TypeError('a queued message has no content');
  const turn = await turnOf(ports, record);
  if (turn.kind === 'too-late') return putOff(ports, command, record, 'paced', record.validUntil);
  if (turn.kind === 'wait') return putOff(ports, command, record, turn.why, turn.until, turn.hasPlace);
  return tryAgain(ports, command, record, { to, content, key: key.key, hashes, turn });
};

interface Ready extends Required<Sealed> {
  readonly key: SendingKey;
  readonly hashes: Pepper;
  readonly turn: Extract<RetryTurn, { kind: 'go' }>;
}

const tryAgain = async (
  ports: RetryPorts,
  { deadline, requestId }: RetryCommand,
  seen: MessageRecord,
  { turn, ...ready }: Ready,
): Promise<RetryResult> => {
  const now = ports.clock.now();
  const record: MessageRecord = {
    ...seen,
    state: 'sending',
    attempt: ports.newAttempt(),
    fence: seen.fence + 1,
    leaseUntil: now + LEASE_MS,
    updatedAt: now,
    // The text is gone with the claim: what may have been sent is never sent again.
    sealed: ready.hashes.seal(seen.id, { to: ready.to }),
    nextAttemptAt: null,
    dueAt: now + LEASE_MS,
  };
  const claimed = await persist(ports, seen, record, deadline);
  if (claimed !== 'recorded') {
    await turn.share?.giveBack();
    return resultOf(claimed);
  }
  const attempted = await attempt(ports, { record, takes: record.takes, deadline, ...ready });
  if (costsNothing(attempted.end, attempted.calls)) await turn.share?.giveBack();
  reportAttempt(ports, attempted, requestId);
  return 'done';
};

/** What somebody else changed meanwhile is theirs. */
const resultOf = (changed: Changed): RetryResult => (changed === 'failed' ? 'again' : 'done');
