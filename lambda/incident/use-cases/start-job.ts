import { createHash } from 'node:crypto';

import { iso } from '../../shared/clock.ts';
import { describeError } from '../../shared/log.ts';
import { problem, type Problem } from '../../shared/problem.ts';
import { COMMANDS } from '../commands.ts';
import type { JobReport, Operator } from '../contract.ts';
import type { IncidentPorts, Job } from '../ports.ts';
import type { Command } from './command.ts';
import { runClaimed, runJob } from './run-job.ts';

/** One request at the operator door. */
export interface StartCommand {
  readonly caller: Operator;
  readonly idempotencyKey: string;
  /** The parsed body, not yet validated. */
  readonly body: unknown;
  /** Whether the room commands by itself. @default false - a person does, whose role is checked */
  readonly isOwn?: boolean;
}

export type StartResult =
  | { readonly ok: true; readonly job: JobReport; readonly replayed: boolean }
  | { readonly ok: false; readonly problem: Problem };

/** A reference to a ticket, and nothing that could be a phone number. */
const REASON = /^(?!.*\d{7})[\w.-]{1,64}$/;

/**
 * Writes a command down as a job and has it run.
 *
 * The same caller with the same key gets the same job, whatever became of it: a command that is repeated late changes
 * nothing. Where no other invocation can be had, the work is done before the answer; where a freeze cannot be written
 * down, it is done without.
 */
export const startJob = async (ports: IncidentPorts, start: StartCommand): Promise<StartResult> => {
  const read = readRequest(ports, start);
  if ('problem' in read) return { ok: false, problem: read.problem };
  const { job, command } = read;
  let existing: Job | undefined;
  try {
    existing = await ports.jobs.create(job);
  } catch (error: unknown) {
    ports.log.error('job not written', { action: job.command, ...describeError(error) });
    if (!command.worksWithoutLedger) throw error;
    return { ok: true, job: reportOf(await runClaimed(ports, job)), replayed: false };
  }
  if (existing && !isSame(existing, job)) {
    const detail = 'the caller gave another command under this Idempotency-Key before';
    return {
      ok: false,
      problem: problem('idempotency-key-reused', { field: 'Idempotency-Key', detail, fix: NEW_KEY }),
    };
  }
  if ((existing ?? job).state === 'running' && !(await ports.runElsewhere(job.id))) await runJob(ports, job.id);
  const now = (await ports.jobs.find(job.id).catch(() => undefined)) ?? existing ?? job;
  return { ok: true, job: reportOf(now), replayed: existing !== undefined };
};

const NEW_KEY = 'Use a new Idempotency-Key for a new command; repeat the first body to ask about the first job.';

/** A job as the door shows it. */
export const reportOf = (job: Job): JobReport => {
  const { id, command, reason, caller, approvedBy, state, steps, outcome, todo, createdAt } = job;
  return {
    id,
    command,
    arguments: job.arguments,
    reason,
    caller,
    approvedBy,
    state,
    steps,
    outcome,
    todo,
    createdAt,
    updatedAt: steps.at(-1)?.at ?? createdAt,
  };
};

const isSame = (one: Job, other: Job): boolean =>
  one.command === other.command && JSON.stringify(sorted(one.arguments)) === JSON.stringify(sorted(other.arguments));

const sorted = (args: Job['arguments']) => Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1));

const wrong = (field: string, detail: string, allowed?: string): { readonly problem: Problem } => ({
  problem: problem('invalid-request', { field, detail, ...(allowed !== undefined && { allowed }) }),
});

const readRequest = (
  ports: IncidentPorts,
  { caller, idempotencyKey, body, isOwn = false }: StartCommand,
): { readonly job: Job; readonly command: Command } | { readonly problem: Problem } => {
  const { command: name, arguments: args = {}, reason = null, ...rest } = (isObject(body) ? body : {}) as Fields;
  const [unknown] = Object.keys(rest);
  // A name that nobody expects may be anything, so it is not repeated.
  if (unknown !== undefined)
    return wrong('body', 'there is a field that it does not have', 'command, arguments, reason');
  const command = typeof name === 'string' && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined || typeof name !== 'string') {
    return wrong('command', 'there is no such command', Object.keys(COMMANDS).join(', '));
  }
  const needed = command.by === 'approver' ? ports.approverRole : ports.onCallRole;
  if (!isOwn && caller.role !== needed) return { problem: notYours(command) };
  if (reason !== null && !(typeof reason === 'string' && REASON.test(reason))) {
    return wrong(
      'reason',
      'it must be a reference to a ticket',
      '1 to 64 letters, digits, ".", "_", "-"; no phone number',
    );
  }
  if (!isObject(args) || !Object.values(args).every((value) => typeof value === 'string')) {
    return wrong('arguments', 'it must be an object of texts');
  }
  const given = args as Record<string, string>;
  const [surplus] = Object.keys(given).filter((key) => !command.takes.includes(key));
  if (surplus !== undefined) return wrong('arguments', 'the command takes no such argument', command.takes.join(', '));
  const against = command.check?.(ports, given);
  if (against) return wrong(`arguments.${against.field}`, against.detail, against.allowed);
  return { command, job: newJob(ports, name, given, reason, caller, idempotencyKey) };
};

interface Fields {
  readonly command?: unknown;
  readonly arguments?: unknown;
  readonly reason?: unknown;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const notYours = ({ by }: Command): Problem =>
  problem('not-authorized', {
    detail:
      by === 'approver' ? 'only an approver of the room may command this' : 'only whoever is on call may command this',
    fix: `Sign the request as the room's role ${by === 'approver' ? 'approver' : 'on-call'}.`,
  });

const newJob = (
  { clock }: IncidentPorts,
  command: string,
  args: Job['arguments'],
  reason: string | null,
  caller: Operator,
  idempotencyKey: string,
): Job => ({
  id: `job_${createHash('sha256').update(`${caller.role}\n${caller.session}\n${idempotencyKey}`).digest('hex').slice(0, 26)}`,
  command,
  arguments: args,
  reason,
  caller,
  approvedBy: null,
  state: 'running',
  steps: [],
  outcome: null,
  todo: null,
  createdAt: iso(clock.now()),
  fence: 0,
});
