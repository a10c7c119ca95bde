import type { Command } from '../command.ts';
import { StepError } from '../progress.ts';

/** Agrees to a job of somebody else that waits for it. */
export const approve: Command = {
  takes: ['job'],
  by: 'approver',
  leaseMs: 15_000,
  check: (_ports, { job }) =>
    /^job_[0-9a-f]{26}$/.test(job ?? '') ? undefined : { field: 'job', detail: 'it must be the id of a job' },
  run: async (ports, { arguments: { job: id = '' }, caller }, progress) => {
    const isDone = await progress.step('agreement', async () => {
      const waiting = await ports.jobs.find(id);
      if (waiting?.caller.session === caller.session) throw refused('whoever commanded it cannot agree to it as well');
      if (waiting?.approvedBy) return `${waiting.approvedBy.session} has agreed`;
      if (waiting?.state !== 'waiting' || !(await ports.jobs.approve(id, caller))) {
        throw refused('there is no such job that waits for an agreement');
      }
      return `${caller.session} agrees to ${waiting.command} of ${waiting.caller.session}`;
    });
    if (!isDone) return { state: 'failed', outcome: progress.steps().at(-1)?.detail ?? 'not agreed' };
    // Otherwise the schedule finds it.
    await ports.runElsewhere(id);
    return { state: 'done', outcome: `agreed: ${id} goes on` };
  },
};

const refused = (message: string): StepError =>
  new StepError({ code: 'not-waiting', message, retryable: false, fix: 'ask for the job again, and for its id' });
