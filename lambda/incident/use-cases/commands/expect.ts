import { iso } from '../../../shared/clock.ts';
import type { IncidentPorts, Job } from '../../ports.ts';
import type { Command, WrongArgument } from '../command.ts';

/** Longest campaign: what is announced for longer is usual, and learnt as such. */
const MOST_MS = 7 * 86_400_000;
/** As many as an app may send at all. */
const MOST_PER_MINUTE = 30_000;

/** What is wrong with an announcement; both of its figures, or neither to end the one there is. */
const check = ({ room, clock }: IncidentPorts, args: Job['arguments']): WrongArgument | undefined => {
  const { app = '', messagesPerMinute, until } = args;
  if (!Object.hasOwn(room.apps, app)) {
    return { field: 'app', detail: 'the room has no such app', allowed: Object.keys(room.apps).join(', ') };
  }
  if (messagesPerMinute === undefined && until === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(messagesPerMinute ?? '') || Number(messagesPerMinute) > MOST_PER_MINUTE) {
    const allowed = `a whole number from 1 to ${MOST_PER_MINUTE}`;
    return { field: 'messagesPerMinute', detail: 'it must be the most that a minute will have', allowed };
  }
  const end = ISO.test(until ?? '') ? Date.parse(until ?? '') : NaN;
  if (!(end > clock.now() && end <= clock.now() + MOST_MS)) {
    const allowed = 'ISO 8601 in UTC such as 2026-11-24T18:00:00Z, at most 7 days ahead';
    return { field: 'until', detail: 'it must be when the campaign is over', allowed };
  }
  return undefined;
};

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/;

/**
 * Announces messages of an app, so that they do not page; without figures it ends what was announced.
 *
 * What comes beyond the figure pages as ever, every limit of the app holds, in money, too, and the end comes by itself.
 */
export const expect: Command = {
  takes: ['app', 'messagesPerMinute', 'until'],
  leaseMs: 15_000,
  check,
  run: async (ports, job, progress) => {
    const { app = '', messagesPerMinute, until } = job.arguments;
    const isEnd = messagesPerMinute === undefined || until === undefined;
    const sentence = isEnd
      ? `nothing is announced for ${app} any more`
      : `up to ${messagesPerMinute} messages a minute of ${app} do not page until ${iso(Date.parse(until))}`;
    const isDone = await progress.step('announcement', async () => {
      await ports.campaigns.replace(
        app,
        isEnd
          ? null
          : {
              app,
              messagesPerMinute: Number(messagesPerMinute),
              from: job.createdAt,
              until: iso(Date.parse(until)),
            },
      );
      return sentence;
    });
    if (!isDone) return { state: 'running', outcome: 'the ledger does not answer; it is tried again' };
    return { state: 'done', outcome: `${sentence}; within four minutes the alarms know` };
  },
};
