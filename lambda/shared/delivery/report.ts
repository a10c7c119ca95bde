import { METRICS } from '../contract.ts';
import type { Attempted } from './attempt.ts';
import { causeOf } from './outcome.ts';
import type { DeliveryPorts } from './ports.ts';

const { names } = METRICS;

/** Which metric an attempt's end counts under. */
const BY_END = {
  accepted: names.accepted,
  rejected: names.rejected,
  expired: names.expired,
  'not-sent': names.notSent,
  'key-refused': names.notSent,
  'address-refused': names.notSent,
  unknown: names.unknown,
  paced: names.queued,
} as const;

/**
 * Logs and counts one attempt, and with `Messages` every call that reached for the provider: that is what an alarm
 * watches.
 *
 * @param requestId of the invocation
 */
export const reportAttempt = (
  { metrics, log }: Pick<DeliveryPorts, 'metrics' | 'log'>,
  { end, calls, record }: Attempted,
  requestId: string,
): void => {
  const { id: messageId, app, channel, country, state, fence, versionId } = record;
  metrics.emit(
    {
      [BY_END[end.kind]]: 1,
      ...(calls > 0 ? { [names.messages]: calls, [names.segments]: calls * (record.segments ?? 0) } : {}),
      ...(state === 'queued' ? { [names.queued]: 1 } : {}),
      ...(end.kind === 'key-refused' ? { [names.keyRefused]: 1 } : {}),
      ...(end.kind === 'address-refused' ? { [names.addressRefused]: 1 } : {}),
    },
    { app, channel },
  );
  const cause = causeOf(end);
  log.info('attempt ended', {
    requestId,
    messageId,
    app,
    channel,
    country,
    state,
    reason: end.kind,
    ...(cause === undefined ? {} : { code: cause }),
    attempt: fence,
    ...(versionId === null ? {} : { versionId }),
  });
};
