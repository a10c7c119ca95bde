import { METRICS } from '../shared/contract.ts';
import type { LogFields } from '../shared/log.ts';
import type { Problem } from '../shared/problem.ts';
import type { SendPorts, SendResult } from './ports.ts';

const { names } = METRICS;

/** What is known of a request when it is refused; the more, the easier it is found. */
export type About = Pick<LogFields, 'requestId' | 'app' | 'channel' | 'messageId'>;

/**
 * Counts and answers a request that ended before the wire.
 *
 * 503 says that nothing was wrong with the request, so somebody has to find out what was: it is logged, too. Everything
 * else is a refusal by validation, a grant or a limit.
 */
export const refuse = (
  { metrics, log }: Pick<SendPorts, 'metrics' | 'log'>,
  reason: Problem,
  about: About,
): SendResult => {
  const { app, channel } = about;
  const isOurs = reason.document.status === 503;
  const scope = app !== undefined && channel !== undefined ? { app, channel } : undefined;
  metrics.emit({ [isOurs ? names.notSent : names.refused]: 1 }, scope);
  if (isOurs) log.warn('not sent', { ...about, code: reason.code, ...(reason.cause ? { reason: reason.cause } : {}) });
  return { kind: 'problem', problem: reason };
};
