import type { APIGatewayProxyResult } from 'aws-lambda';

import { type DoorEvent, headerOf, jsonResponse, problemResponse } from '../shared/app-door.ts';
import { guarded } from '../shared/guarded.ts';
import { describeError } from '../shared/log.ts';
import { operatorOf } from '../shared/operator-caller.ts';
import { problem } from '../shared/problem.ts';
import type { QuarantineCommand } from '../shared/quarantine-command.ts';
import type { IncidentEvent, Operator } from './contract.ts';
import type { IncidentPorts } from './ports.ts';
import { realPorts } from './real-ports.ts';
import { drillNow } from './use-cases/drill-now.ts';
import { tellDrillAge } from './use-cases/drill-age.ts';
import { quarantine } from './use-cases/quarantine.ts';
import { resumeJobs, runJob } from './use-cases/run-job.ts';
import { reportOf, startJob } from './use-cases/start-job.ts';

/** What a request at the door holds beside what all doors hand on. */
type OperatorEvent = DoorEvent & { readonly httpMethod: string };

/**
 * Stops and mends a room for whoever is on call: takes commands as jobs, runs them, and says where they stand.
 *
 * Triggered by the operator door, by itself (`run`), by the watch (`quarantine`) and by a schedule every minute (`resume`). A duplicate or late
 * trigger is harmless: a command comes with a key, and of all who try to run a job one succeeds, from where it stands.
 *
 * 1. At the door, find out who commands; write the command down and have it run by another invocation; answer 202.
 * 2. Run the job, step by step, each written down with what it verified.
 * 3. Freeze what the watch wants frozen, as if somebody on call had commanded it.
 * 4. Every minute take up what a crash has left, and say how old the last drill is; every week have a drill.
 *
 * @param ports made at the first request, so that importing this file reads no environment
 */
export const createHandler = (ports: () => IncidentPorts) =>
  guarded(
    async (event: OperatorEvent | IncidentEvent | QuarantineCommand): Promise<APIGatewayProxyResult | undefined> => {
      if ('httpMethod' in event) return answer(ports(), event);
      if (event.action === 'run') await runJob(ports(), event.job);
      else if (event.action === 'quarantine') await quarantine(ports(), event);
      else if (event.action === 'breach') ports().pager?.breach();
      else if (event.action === 'drill') await drillNow(ports());
      else await Promise.all([resumeJobs(ports()), tellDrillAge(ports())]);
      return undefined;
    },
  );

const answer = async (ports: IncidentPorts, event: OperatorEvent): Promise<APIGatewayProxyResult> => {
  const { requestId } = event.requestContext;
  const caller = operatorOf(event, [ports.onCallRole, ports.approverRole]);
  if ('problem' in caller) return problemResponse(caller.problem, requestId);
  try {
    return event.httpMethod === 'POST'
      ? await start(ports, event, caller, requestId)
      : await look(ports, event.pathParameters?.id ?? '', requestId);
  } catch (error: unknown) {
    ports.log.error('request failed', { requestId, ...describeError(error) });
    return problemResponse(problem('internal', { detail: NOT_KNOWN }), requestId);
  }
};

const NOT_KNOWN = 'the command may have been taken; repeated with the same Idempotency-Key it is taken once';

/** As at the doors of the apps: bare or quoted. */
const KEY = /^"?([\x21\x23-\x7e][\x20\x21\x23-\x7e]{0,254})"?$/;

const start = async (
  ports: IncidentPorts,
  event: OperatorEvent,
  caller: Operator,
  requestId: string,
): Promise<APIGatewayProxyResult> => {
  const [, idempotencyKey] = KEY.exec(headerOf(event, 'idempotency-key') ?? '') ?? [];
  if (idempotencyKey === undefined)
    return problemResponse(problem('idempotency-key-missing', { fix: A_KEY }), requestId);
  const result = await startJob(ports, { caller, idempotencyKey, body: bodyOf(event) });
  if (!result.ok) return problemResponse(result.problem, requestId);
  return result.replayed
    ? jsonResponse(200, result.job, { 'Idempotent-Replayed': 'true' })
    : jsonResponse(202, result.job);
};

const A_KEY = 'Send an Idempotency-Key header of 1 to 255 printable ASCII characters, a new one for each command.';

/** The gateway has checked that it is a JSON object. */
const bodyOf = ({ body, isBase64Encoded }: OperatorEvent): unknown => {
  try {
    return JSON.parse(Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString('utf8'));
  } catch {
    return undefined;
  }
};

const look = async (ports: IncidentPorts, id: string, requestId: string): Promise<APIGatewayProxyResult> => {
  const job = /^job_[0-9a-f]{26}$/.test(id) ? await ports.jobs.find(id) : undefined;
  if (job === undefined) return problemResponse(problem('not-found', NO_JOB), requestId);
  return jsonResponse(200, reportOf(job));
};

const NO_JOB = { detail: 'the room has no such job', fix: 'Check the id: it is in the answer to the command.' };

export const handler = createHandler(realPorts());
