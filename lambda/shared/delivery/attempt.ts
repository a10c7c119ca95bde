import { describeError } from '../log.ts';
import type { SendingKey } from '../key-reader.ts';
import type { MessageRecord } from '../message.ts';
import type { MessageContent, OutgoingMessage } from '../messaging-provider.ts';
import type { Pepper } from '../pepper.ts';
import { receiptPathOf } from '../receipt-path.ts';
import type { Take } from '../unit-ledger.ts';
import { makeAppointment } from './appointment.ts';
import { heedOptOut } from './heed-opt-out.ts';
import { type AttemptEnd, causeOf, endedUnsent, settlementOf } from './outcome.ts';
import { persist, RECORD_MS } from './persist.ts';
import type { DeliveryPorts } from './ports.ts';

/** A message whose lease is this attempt's and whose units are taken. */
export interface Admitted {
  readonly record: MessageRecord;
  readonly takes: readonly Take[];
  readonly to: string;
  readonly content: MessageContent;
  readonly key: SendingKey;
  readonly hashes: Pepper;
  readonly deadline: number;
  /** Why the provider is not called now, and when it had better be. @default - it is called */
  readonly hold?: Hold;
}

/** - `breaker-open`: the provider is away. - `paced`: the sender's turn is at that moment. */
export type Hold = { readonly kind: 'breaker-open'; readonly until: number } | Extract<AttemptEnd, { kind: 'paced' }>;

/** What became of an admitted message, as the ledger has it or will have it. */
export interface Attempted {
  readonly end: AttemptEnd;
  readonly calls: number;
  readonly record: MessageRecord;
}

/** The provider's time at most (design: 6 s, inside the function's 10 s). */
const PROVIDER_MS = 6000;
/** Less than this is too little for a provider: it would end as an unknown. */
const LEAST_PROVIDER_MS = 1000;

/**
 * Calls the provider and writes down what came of it, before anybody is told.
 *
 * 1. The lease and the message's own deadline are looked at again, immediately before the first byte.
 * 2. The provider is called once; once more with another key when it proved the first one bad.
 * 3. The outcome is recorded; repeated while there is time, because the write is conditioned on the attempt.
 * 4. What the provider definitely did not take is queued, and gets an appointment for the next attempt.
 * 5. Units go back when it is certain that nothing was and will be sent.
 * 6. Whoever opted out at the provider is opted out of the room.
 *
 * An outcome that could not be recorded is reported as unknown, which is what everybody else will see of it.
 */
export const attempt = async (ports: DeliveryPorts, admitted: Admitted): Promise<Attempted> => {
  const { record } = admitted;
  const { end, key, calls } = await callUnlessHeld(ports, admitted);
  const circumstances = { ...admitted, versionId: key.versionId, now: ports.clock.now(), random: ports.random() };
  const settlement = settlementOf(end, circumstances);
  if ((await persist(ports, record, settlement, admitted.deadline)) !== 'recorded') {
    const cause = causeOf(end);
    ports.log.error('outcome not recorded', {
      messageId: record.id,
      app: record.app,
      reason: end.kind,
      ...(cause === undefined ? {} : { code: cause }),
    });
    const unknown = { kind: 'unknown', reason: 'outcome-not-recorded' } as const;
    return { end: unknown, calls, record: { ...record, ...settlementOf(unknown, circumstances) } };
  }
  await ports.health.learn(end, calls);
  const settled = { ...record, ...settlement };
  if (endedUnsent(settled)) await ports.ledger.giveBack(record.app, admitted.takes);
  if (settled.state === 'queued') await makeAppointment(ports, settled);
  await heedOptOut(ports, end, settled);
  return { end, calls, record: settled };
};

interface Called {
  readonly end: AttemptEnd;
  readonly key: SendingKey;
  /** Calls to the provider. */
  readonly calls: number;
}

const callUnlessHeld = (ports: DeliveryPorts, admitted: Admitted): Promise<Called> => {
  const { hold, key } = admitted;
  if (hold === undefined) return callProvider(ports, admitted);
  if (hold.kind === 'paced') return Promise.resolve({ end: hold, key, calls: 0 });
  const seconds = Math.max(0, hold.until - ports.clock.now()) / 1000;
  const end = { kind: 'not-sent', reason: 'breaker-open', retryAfterSeconds: seconds } as const;
  return Promise.resolve({ end, key, calls: 0 });
};

const callProvider = async (ports: DeliveryPorts, admitted: Admitted): Promise<Called> => {
  const first = await callOnce(ports, admitted, admitted.key);
  if (first.end.kind !== 'key-refused') return first;
  const next = await ports.keys.afterRefusal(admitted.key);
  if (next.kind === 'give-up') return first;
  const second = await callOnce(ports, admitted, next.key);
  return { ...second, calls: first.calls + second.calls };
};

const callOnce = async (
  ports: DeliveryPorts,
  { record, to, content, hashes, deadline }: Admitted,
  key: SendingKey,
): Promise<Called> => {
  const { clock, provider, receiptUrl: base } = ports;
  const now = clock.now();
  if (now >= record.validUntil) return { end: { kind: 'expired' }, key, calls: 0 };
  const time = Math.min(PROVIDER_MS, deadline - clock.monotonic() - RECORD_MS);
  if (time < LEAST_PROVIDER_MS || now + time >= record.leaseUntil) {
    return { end: { kind: 'not-sent', reason: 'no-time-left' }, key, calls: 0 };
  }
  const { id, fence, channel, from } = record;
  const receiptUrl = base === null ? null : `${base}/${receiptPathOf({ id, secret: hashes.receiptSecret(id) })}`;
  const message: OutgoingMessage = { id, attempt: fence, channel, to, from, content, receiptUrl };
  try {
    return { end: await provider.send(message, key.value, time), key, calls: 1 };
  } catch (error: unknown) {
    // Providers do not throw. One that does may have done so after the request was written.
    ports.log.error('provider adapter failed', { messageId: record.id, ...describeError(error) });
    return { end: { kind: 'unknown', reason: 'adapter-failed' }, key, calls: 1 };
  }
};
