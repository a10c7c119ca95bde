import type { AppPolicy } from '../shared/contract.ts';
import { type Counted, limitsOf, takesFor, toLimitUse } from '../shared/limits.ts';
import { describeError } from '../shared/log.ts';
import { toMoney } from '../shared/money.ts';
import { maskNumber } from '../shared/phone.ts';
import { problem, type Problem } from '../shared/problem.ts';
import type { UnitsSeen } from '../shared/unit-ledger.ts';
import { unitsProblem } from './answer.ts';
import { countedOf } from './counted.ts';
import type { Granted } from './grants.ts';
import type { RequestResult, SendCommand, SendPorts } from './ports.ts';
import { type About, refuse } from './refuse.ts';
import type { SendRequest } from './request.ts';

/**
 * Says what would become of a granted request, and does nothing about it.
 *
 * Reads what the limits have left, but for the second's: that one is over before anybody could act on it. Takes no unit
 * and writes no record, so it needs no idempotency key and says nothing of an earlier request with one.
 */
export const dryRun = async (
  ports: SendPorts,
  { app }: Pick<SendCommand, 'app'>,
  about: About,
  asked: { readonly policy: AppPolicy; readonly request: SendRequest; readonly granted: Granted },
): Promise<RequestResult> => {
  const { policy, request, granted } = asked;
  const hashes = await ports.hashes();
  if (hashes === undefined) return refuse(ports, unknowable('pepper-unreadable'), about);
  const now = ports.clock.now();
  const counted = countedOf(app, policy, request, granted, hashes);
  const looked = await look(ports, policy, counted, granted.country, now);
  if (looked === undefined) return refuse(ports, unknowable('ledger-unreadable'), about);
  const { seen, takes } = looked;
  if (seen.kind !== 'seen') return refuse(ports, unitsProblem(seen, now), about);
  const left = new Map(seen.windows.map((state) => [state.window.limit, state.left]));
  const refusedBy = takes.filter(({ limit, units }) => units > (left.get(limit) ?? 0)).map(({ limit }) => limit);
  return {
    kind: 'dry-run',
    report: {
      dryRun: true,
      wouldSend: refusedBy.length === 0,
      refusedBy,
      channel: request.channel,
      to: maskNumber(granted.country, granted.to.slice(-2)),
      from: granted.from,
      segments: granted.segments,
      cost: granted.cost === null ? null : toMoney(granted.cost),
      limits: limitsOf(policy.limits, now)
        .filter(({ limit }) => left.has(limit))
        .map((window) => toLimitUse(window, left.get(window.limit) ?? null, ports.room.prices)),
    },
  };
};

const look = async (ports: SendPorts, { limits }: AppPolicy, counted: Counted, country: string, now: number) => {
  const rates = limitsOf(limits, now).filter(({ scope }) => scope === 'rate');
  const takes = takesFor(limits, counted, now).filter(({ limit }) => rates.every((rate) => rate.limit !== limit));
  try {
    const seen: UnitsSeen = await ports.ledger.look(counted.app, takes, country);
    return { seen, takes };
  } catch (error: unknown) {
    ports.log.error('limits not read', { app: counted.app, ...describeError(error) });
    return undefined;
  }
};

const unknowable = (cause: string): Problem =>
  problem('not-sent', {
    cause,
    detail: 'the room could not look at its limits',
    retry: 'after',
    fix: 'Repeat the dry run after the time in Retry-After.',
    retryAfterSeconds: 2,
  });
