import { PLATFORM_ENGINEERS } from '../api/contract.ts';
import type { components } from '../api/types.ts';
import type { Clock } from '../shared/clock.ts';
import type { RoomPolicy } from '../shared/contract.ts';
import { limitsOf, toLimitUse } from '../shared/limits.ts';
import type { MessageLedger } from '../shared/message-ledger.ts';
import { problem, type Problem } from '../shared/problem.ts';

/** What telling an app its usage needs from the outside. */
export interface UsagePorts {
  readonly ledger: Pick<MessageLedger, 'look'>;
  readonly clock: Clock;
  readonly room: RoomPolicy;
}

export type UsageResult =
  | { readonly ok: true; readonly usage: components['schemas']['Usage'] }
  | { readonly ok: false; readonly problem: Problem };

/** An app's limits and what is used of them; of a limit per recipient, per range of numbers or per second only what it is. */
export const getUsage = async ({ ledger, clock, room }: UsagePorts, app: string): Promise<UsageResult> => {
  const policy = room.apps[app];
  if (policy === undefined) return { ok: false, problem: problem('not-authorized') };
  const limits = limitsOf(policy.limits, clock.now());
  const own = limits.filter(({ scope }) => scope === 'app');
  const seen = await ledger.look(app, own);
  if (seen.kind === 'not-registered') return { ok: false, problem: NOT_REGISTERED };
  const left = new Map(seen.windows.map((state) => [state.window.limit, state.left]));
  return {
    ok: true,
    usage: {
      app,
      frozen: seen.kind === 'frozen',
      limits: limits.map((window) => toLimitUse(window, left.get(window.limit) ?? null, room.prices)),
    },
  };
};

const NOT_REGISTERED = problem('not-authorized', {
  detail: 'the app is configured but not registered in the ledger yet',
  retry: 'after',
  fix: `Wait for the room's deployment to end, or ask ${PLATFORM_ENGINEERS} to repeat it.`,
});
