import { METRICS } from '../../../shared/contract.ts';
import { fieldsOf, jsonOf } from '../../../shared/json.ts';
import type { IncidentPorts, Pager } from '../../ports.ts';
import type { Command } from '../command.ts';
import { StepError } from '../progress.ts';

/** Below the function's timeout; from a breach to its page it takes a minute at most where all is well. */
const PATIENCE_MS = 100_000;
/** The alarm of the drill before has to have ended, or it would not go off again. */
const REST_MS = 180_000;

const { names } = METRICS;

/**
 * Tries whether a page arrives: a breach of an alarm of its own goes the way that every page goes, to a queue that hears
 * of pages as people do. It is marked as a drill in the alarm's name and in what it says.
 */
export const drill: Command = {
  takes: [],
  leaseMs: 150_000,
  run: async (ports, _job, progress) => {
    const pager = pagerOf(ports);
    const before = await pager.last();
    if (before !== undefined && before.at !== null && ports.clock.now() - before.at < REST_MS) {
      return { state: 'failed', outcome: TOO_SOON, todo: 'command it again in three minutes' };
    }
    let seen = { confirmed: 0, pending: 0 };
    const areConfirmed = await progress.step('subscriptions', async () => {
      seen = await pager.subscriptions();
      if (seen.pending > 0) throw unconfirmed(seen.pending);
      return `${seen.confirmed} subscriptions to pages and tickets are confirmed`;
    });
    const measured: number[] = [];
    const hasArrived = await progress.step('page', async () => {
      const took = await breachToPage(ports, pager);
      measured.push(took);
      return `the page arrived ${took} s after the breach`;
    });
    const [seconds = null] = measured;
    const ok = areConfirmed && hasArrived;
    const now = ports.clock.now();
    await progress.step('record', async () => {
      await pager.keep({ at: now, ok, seconds, provenAt: ok ? now : (before?.provenAt ?? now), ...seen });
      return 'it is noted for keyroom status';
    });
    pager.count({ [names.drillFailed]: ok ? 0 : 1, ...(seconds !== null && { [names.drillSeconds]: seconds }) });
    if (ok) return { state: 'done', outcome: `a page arrives, ${seconds ?? 0} s after the breach` };
    return {
      state: 'failed',
      outcome: hasArrived ? 'a page arrives, but not everybody is subscribed' : 'no page arrived',
      todo: hasArrived ? CONFIRM : 'docs/runbook.md#a-drill-failed',
    };
  },
};

const pagerOf = ({ pager }: IncidentPorts): Pager => {
  if (pager !== undefined) return pager;
  throw new StepError({ code: 'no-pager', message: 'the room has no probe', retryable: false, fix: 'deploy the room' });
};

/** Seconds until the probe had the page of a breach that begins now. */
const breachToPage = async ({ clock, room }: IncidentPorts, pager: Pager): Promise<number> => {
  const begun = clock.now();
  await pager.breachElsewhere();
  const alarm = `keyroom-${room.environment}-${room.room}-drill`;
  while (clock.now() - begun < PATIENCE_MS) {
    const bodies = await pager.received();
    if (bodies.some((body) => isPageOf(body, alarm, begun))) return Math.round((clock.now() - begun) / 100) / 10;
    if (bodies.length === 0) await clock.wait(500);
  }
  throw new StepError({ code: 'no-page', message: NO_PAGE, retryable: false, fix: 'docs/runbook.md#a-drill-failed' });
};

const NO_PAGE = `the probe got no page within ${PATIENCE_MS / 1000} s`;
const CONFIRM = 'have whoever is subscribed follow the link in the mail that AWS sent them';

const TOO_SOON = 'a drill was run within the last three minutes, and its alarm has to end first';

const unconfirmed = (pending: number): StepError =>
  new StepError({
    code: 'subscription-unconfirmed',
    message: `${pending} ${pending === 1 ? 'subscription is' : 'subscriptions are'} not confirmed: nobody is told there`,
    retryable: false,
    fix: CONFIRM,
  });

/** What SNS put into the queue, with what CloudWatch published in it. Clocks may differ by a second. */
const isPageOf = (body: string, alarm: string, since: number): boolean => {
  const { Message: message } = fieldsOf(jsonOf(body));
  const { AlarmName, NewStateValue, StateChangeTime } = fieldsOf(jsonOf(typeof message === 'string' ? message : ''));
  const at = typeof StateChangeTime === 'string' ? Date.parse(StateChangeTime) : NaN;
  return AlarmName === alarm && NewStateValue === 'ALARM' && at >= since - 1000;
};
