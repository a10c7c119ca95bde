import { AUDITED_MS } from '../shared/audit-retention.ts';
import type { Plain, PlainItem } from '../shared/aws/attribute-value.ts';
import type { DynamoDb, Written } from '../shared/aws/dynamodb.ts';
import { type Clock, iso } from '../shared/clock.ts';
import { DUE_INDEX } from '../shared/contract.ts';
import type { Action, Job, JobStore } from './ports.ts';

/** Parts of the index of what is due: jobs that are to be gone on with, and actions in the order of their time. */
const SHARDS = { job: 'job', action: 'action' } as const;
/** Jobs that are taken up at once: more than people can type in a minute. */
const MOST_OPEN = 20;
/** No job that goes on is due later than this. */
const LONGEST_LEASE_MS = 3_600_000;

const jobKey = (id: string): string => `job#${id}`;

/**
 * {@link JobStore} in the ledger's table.
 *
 * A job that is to be run is in the index of what is due, from the moment when its lease has ended; its fence is the
 * condition of every write of a run.
 */
export const createJobStore = (table: DynamoDb, clock: Clock): JobStore => {
  const put = (job: Job, only: { readonly before: number; readonly free?: number }, dueAt: number | undefined) =>
    table.putItem(itemOf(job, dueAt, clock.now()), {
      condition: `fence = :before${only.free === undefined ? '' : ` AND ${DUE_INDEX.at} <= :now`}`,
      values: { ':before': only.before, ...(only.free !== undefined && { ':now': only.free }) },
    });
  const find = async (id: string): Promise<Job | undefined> => {
    const item = await table.getItem(jobKey(id));
    return item && jobOf(item);
  };

  const dueUntil = async (at: number): Promise<readonly string[]> => {
    const found = await table.queryIndex(DUE_INDEX.name, MOST_OPEN, {
      condition: `${DUE_INDEX.shard} = :shard AND ${DUE_INDEX.at} <= :at`,
      values: { ':shard': SHARDS.job, ':at': at },
    });
    return found.flatMap(({ pk }) => (typeof pk === 'string' ? [pk.replace(/^job#/, '')] : []));
  };

  return {
    find,
    create: async (job) => {
      const dueAt = job.state === 'running' ? clock.now() : undefined;
      const written = await table.putItem(itemOf(job, dueAt, clock.now()), { condition: 'attribute_not_exists(pk)' });
      return written.kind === 'condition-failed' && written.item ? jobOf(written.item) : undefined;
    },
    claim: async (id, leaseMs) => {
      const seen = await find(id);
      if (seen === undefined || !goesOn(seen)) return undefined;
      const now = clock.now();
      const job = { ...seen, fence: seen.fence + 1 };
      return isWritten(await put(job, { before: seen.fence, free: now }, now + leaseMs)) ? job : undefined;
    },
    save: async (job, leaseMs) => isWritten(await put(job, { before: job.fence }, clock.now() + leaseMs)),
    end: async (job, againAfterMs) => {
      const dueAt = goesOn(job) && againAfterMs !== undefined ? clock.now() + againAfterMs : undefined;
      return isWritten(await put(job, { before: job.fence }, dueAt));
    },
    approve: async (id, by) => {
      const seen = await find(id);
      if (seen?.state !== 'waiting') return false;
      const job: Job = { ...seen, state: 'running', approvedBy: by, outcome: null, todo: null, fence: seen.fence + 1 };
      return isWritten(await put(job, { before: seen.fence }, clock.now()));
    },
    open: () => dueUntil(clock.now()),
    ongoing: async () => {
      const jobs = await Promise.all((await dueUntil(clock.now() + LONGEST_LEASE_MS)).map(find));
      return jobs.flatMap((job) => (job === undefined ? [] : [job]));
    },
    note: async (action) => {
      await table.putItem(actionItem(action));
    },
  };
};

/** Whether there may be something to do for a further run. */
const goesOn = ({ state }: Job): boolean => state === 'running' || state === 'unproved';

const isWritten = ({ kind }: Written): boolean => kind === 'written';

const expiresAt = (now: number): number => Math.floor((now + AUDITED_MS) / 1000);

const itemOf = (job: Job, dueAt: number | undefined, now: number): PlainItem & { readonly pk: string } => ({
  ...(job as unknown as Record<string, Plain>),
  pk: jobKey(job.id),
  updatedAt: iso(now),
  expiresAt: expiresAt(now),
  [DUE_INDEX.at]: dueAt,
  [DUE_INDEX.shard]: dueAt === undefined ? undefined : SHARDS.job,
});

const NOT_THE_JOBS = ['pk', 'updatedAt', 'expiresAt', DUE_INDEX.at, DUE_INDEX.shard];

/** Written by this file alone, so an item has the shape it was written with. */
const jobOf = (item: Readonly<Record<string, Plain>>): Job =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !NOT_THE_JOBS.includes(name))) as unknown as Job;

/** One item a step: written again by a run that repeats it, it is the same item. */
const actionItem = ({ job, step }: Action): PlainItem & { readonly pk: string } => {
  const at = Date.parse(step.at);
  return {
    pk: `action#${job.id}#${step.name}`,
    job: job.id,
    command: job.command,
    arguments: job.arguments,
    caller: job.caller as unknown as Plain,
    reason: job.reason,
    step: step.name,
    detail: step.detail,
    at: step.at,
    expiresAt: expiresAt(at),
    [DUE_INDEX.at]: at,
    [DUE_INDEX.shard]: SHARDS.action,
  };
};
