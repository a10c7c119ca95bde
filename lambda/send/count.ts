import { METRICS } from '../shared/contract.ts';
import type { MessageRecord } from '../shared/message.ts';
import type { Problem } from '../shared/problem.ts';
import type { Attempted } from './attempt.ts';
import type { SendPorts, SendResult } from './ports.ts';

const { names } = METRICS;

/** Which metric an attempt's end counts under. */
const BY_END = {
  accepted: names.accepted,
  rejected: names.rejected,
  expired: names.notSent,
  'not-sent': names.notSent,
  'key-refused': names.notSent,
  'address-refused': names.notSent,
  unknown: names.unknown,
} as const;

type Counting = Pick<SendPorts, 'metrics'>;
type Scope = Pick<MessageRecord, 'app' | 'channel'>;

/** Counts one attempt, and with `Messages` every call that reached for the provider: that is what an alarm watches. */
export const countAttempt = ({ metrics }: Counting, { end, calls, record }: Attempted): void => {
  metrics.emit(
    {
      [BY_END[end.kind]]: 1,
      ...(calls > 0 ? { [names.messages]: calls, [names.segments]: calls * (record.segments ?? 0) } : {}),
      ...(end.kind === 'key-refused' ? { [names.keyRefused]: 1 } : {}),
      ...(end.kind === 'address-refused' ? { [names.addressRefused]: 1 } : {}),
    },
    { app: record.app, channel: record.channel },
  );
};

/**
 * Counts and answers a request that ended before the wire.
 *
 * 503 says that nothing was wrong with the request; everything else is a refusal by validation, a grant or a limit.
 */
export const refuse = ({ metrics }: Counting, reason: Problem, scope?: Scope): SendResult => {
  const name = reason.document.status === 503 ? names.notSent : names.refused;
  metrics.emit({ [name]: 1 }, scope && { app: scope.app, channel: scope.channel });
  return { kind: 'problem', problem: reason };
};
