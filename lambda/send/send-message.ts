import { LEASE_MS } from '../shared/delivery/lease.ts';
import { takesFor } from '../shared/limits.ts';
import { forgetIntent } from '../shared/delivery/persist.ts';
import type { MessageRecord } from '../shared/message.ts';
import type { Pepper } from '../shared/pepper.ts';
import { problem } from '../shared/problem.ts';
import { givenBack } from '../shared/rate-limit-headers.ts';
import { receiptHashOf } from '../shared/receipt-path.ts';
import { answerAgain, backOut, proceed } from './admission.ts';
import { notSentButBefore } from './answer.ts';
import { countedOf } from './counted.ts';
import { dryRun } from './dry-run.ts';
import { checkGrants, type Granted } from './grants.ts';
import type { RequestResult, SendCommand, SendPorts, SendResult } from './ports.ts';
import { refuse } from './refuse.ts';
import { readRequest, type SendRequest } from './request.ts';
import { answerUngranted } from './ungranted.ts';

/**
 * Sends one message once, or says honestly that it does not know.
 *
 * 1. Validate the body, then check it against the app's grants; what is not granted may still be a replay.
 *    A dry run ends here, with a look at the limits.
 * 2. In one parallel round trip: write the intent, take a unit from each limit and a place of the sender, and have the
 *    key at hand.
 * 3. A request seen before is answered from the ledger.
 * 4. Everything that speaks against sending undoes what step 2 did.
 * 5. Call the provider and record the outcome (see `attempt`), then answer. What the provider definitely did not take
 *    is queued, and the room tries it again.
 */
export const sendMessage = async (ports: SendPorts, command: SendCommand): Promise<RequestResult> => {
  const read = readRequest(command.body);
  if (!read.ok) return refuse(ports, read.problem, { requestId: command.requestId });
  const { request } = read;
  const about = { requestId: command.requestId, app: command.app, channel: request.channel };
  const app = ports.room.apps[command.app];
  if (app === undefined) return refuse(ports, problem('not-authorized'), { requestId: command.requestId });
  const checked = checkGrants(ports.room, app, request);
  if (request.dryRun) {
    if (!checked.ok) return refuse(ports, checked.problem, about);
    return dryRun(ports, command, about, { policy: app, request, granted: checked.granted });
  }
  if (!checked.ok) return answerUngranted(ports, command, checked.problem, about);

  const { granted } = checked;
  const hashes = await ports.hashes();
  if (hashes === undefined)
    return refuse(ports, notSentButBefore('pepper-unreadable', 'the room could not read its pepper'), about);
  const counted = countedOf(command.app, app, request, granted, hashes);
  const intent = newRecord(ports, hashes, command, request, granted, counted.recipient);
  const [admission, key, gate, place] = await Promise.all([
    ports.ledger.admit(intent, takesFor(app.limits, counted, intent.createdAt)),
    ports.keys.current(),
    ports.health.look(),
    ports.pace.take(intent),
  ]);
  const found = {
    requestId: command.requestId,
    intent,
    granted,
    hashes,
    deadline: command.deadline,
    units: admission.units,
    key,
    gate,
    place,
  };
  switch (admission.intent.kind) {
    case 'new': {
      const result = await proceed(ports, found);
      return { ...result, units: wentBack(result) ? givenBack(admission.units) : admission.units };
    }
    case 'existing':
      return answerAgain(ports, found, admission.intent.record);
    case 'in-doubt':
      await forgetIntent(ports, intent, command.deadline);
      return backOut(ports, found, notSentButBefore('ledger-in-doubt', 'the ledger gave no definite answer'));
    case 'failed':
      return backOut(ports, found, notSentButBefore('ledger-failed', 'the ledger could not be written'));
  }
};

/** Nothing was sent, and nothing will be: the units are the app's again. */
const wentBack = (result: SendResult): boolean => result.kind === 'problem' || result.message.safeToResend;

const newRecord = (
  ports: SendPorts,
  hashes: Pepper,
  { app, idempotencyKey, body }: SendCommand,
  request: SendRequest,
  { to, from, country, segments, cost }: Granted,
  numberHash: string,
): MessageRecord => {
  const now = ports.clock.now();
  const id = hashes.messageId(app, idempotencyKey);
  return {
    id,
    app,
    state: 'sending',
    bodyHash: hashes.body(body),
    attempt: ports.newAttempt(),
    fence: 1,
    leaseUntil: now + LEASE_MS,
    channel: request.channel,
    category: request.category,
    country,
    lastTwo: to.slice(-2),
    numberHash,
    from,
    reference: request.reference ?? null,
    segments,
    cost,
    validUntil: now + request.validForSeconds * 1000,
    createdAt: now,
    updatedAt: now,
    provider: ports.provider.name,
    providerMessageId: null,
    reason: null,
    versionId: null,
    settlesBy: null,
    sealed: hashes.seal(id, { to }),
    receiptHash: ports.receiptUrl === null ? null : receiptHashOf(hashes.receiptSecret(id)),
    takes: [],
    nextAttemptAt: null,
    dueAt: now + LEASE_MS,
  };
};
