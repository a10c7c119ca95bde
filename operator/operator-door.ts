import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AuditPage, AuditPart } from '../lambda/audit/contract.ts';
import type { JobReport, JobRequest } from '../lambda/incident/contract.ts';
import type { Situation } from '../lambda/shared/situation/contract.ts';
import { roomStackName } from '../lib/config/names.ts';
import type { SessionKeys } from './connection.ts';
import { RoomRefusal, UsageError } from './errors.ts';
import { readLocalConnection } from './local-connection.ts';
import type { Target } from './target.ts';

/** What is asked of the audit. Moments are ISO 8601 in UTC, `since` counts and `until` does not. */
export interface AuditQuery<P extends AuditPart> {
  readonly part: P;
  readonly since: string;
  readonly until: string;
  /** Where the page before ended. @default - the first page */
  readonly cursor?: string;
}

/** A room's operator door, as one of those who may come in. */
export interface OperatorDoor {
  /** Commands; with the same key, once. @throws RoomRefusal */
  readonly command: (request: JobRequest, key: string) => Promise<JobReport>;
  /** Where a job stands. @throws RoomRefusal */
  readonly look: (id: string) => Promise<JobReport>;
  /** Where the room stands. @throws RoomRefusal */
  readonly status: () => Promise<Situation>;
  /** A page of what happened. @throws RoomRefusal */
  readonly audit: <P extends AuditPart>(query: AuditQuery<P>) => Promise<AuditPage<P>>;
}

/** Above the 29 s that the gateway waits for the function. */
const TIMEOUT_MS = 32_000;

/**
 * Where a room's operator door is: as it was said, as the local system says, or as the caller's own rights find it in the
 * stack. The room's on-call role may not even look for it.
 *
 * @throws UsageError when the room has no such door
 */
export const findOperatorDoor = async (
  { environment, room, config, endpoint }: Target,
  said: string | undefined,
): Promise<string> => {
  if (!config.responders?.length) {
    throw new UsageError(
      `room ${room} has no operator door: name who may command in its option responders, and deploy`,
    );
  }
  const known = said ?? (environment.name === 'local' ? readLocalConnection()?.rooms[room]?.operatorApiUrl : undefined);
  if (known !== undefined) return known.replace(/\/$/, '');
  const stack = roomStackName(environment.name, room);
  const how = `say it with --url: it is the output OperatorApiUrl of the stack ${stack}`;
  const client = new CloudFormationClient({ region: environment.region, ...endpoint });
  const { Stacks: stacks = [] } = await client
    .send(new DescribeStacksCommand({ StackName: stack }))
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'for an unknown reason';
      throw new RoomRefusal({
        code: 'door-not-found',
        message: `cannot look up the operator door: ${reason}`,
        fix: how,
        retryable: false,
      });
    });
  const url = stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'OperatorApiUrl')?.OutputValue;
  if (url === undefined) throw new UsageError(`the stack ${stack} has no operator door yet: deploy it, or ${how}`);
  return url;
};

/** A door by its address and the session that signs. */
export const openOperatorDoor = (url: string, region: string, credentials: SessionKeys): OperatorDoor => {
  const signer = new SignatureV4({
    credentials,
    region,
    service: 'execute-api',
    sha256: Hash.bind(null, 'sha256'),
    applyChecksum: true,
  });
  const ask = async (method: 'GET' | 'POST', path: string, rest: { body?: string; key?: string } = {}) => {
    const target = new URL(`${url}${path}`);
    const { body, key } = rest;
    const { headers } = await signer.sign(
      new HttpRequest({
        method,
        protocol: target.protocol,
        hostname: target.hostname,
        ...(target.port !== '' && { port: Number(target.port) }),
        path: target.pathname,
        query: Object.fromEntries(target.searchParams),
        headers: {
          host: target.host,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(body !== undefined && { body }),
      }),
    );
    const response = await fetch(target, {
      method,
      headers,
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw unreachable(error);
    });
    return answerOf(response.status, await response.text());
  };
  return {
    command: async (request, key) =>
      (await ask('POST', '/v1/jobs', { body: JSON.stringify(request), key })) as JobReport,
    look: async (id) => (await ask('GET', `/v1/jobs/${encodeURIComponent(id)}`)) as JobReport,
    audit: async <P extends AuditPart>(query: AuditQuery<P>) =>
      (await ask('GET', `/v1/audit?${new URLSearchParams({ ...query }).toString()}`)) as AuditPage<P>,
    status: async () => (await ask('GET', '/v1/status')) as Situation,
  };
};

const unreachable = (error: unknown): RoomRefusal =>
  new RoomRefusal({
    code: 'door-unreachable',
    message: `the operator door gives no answer: ${reasonOf(error)}`,
    fix: 'repeat the command; if it goes on, stop the room by hand: docs/on-call.md#the-brake-does-not-answer',
    retryable: true,
  });

/** What Node's `fetch` says is in its cause. */
const reasonOf = (error: unknown): string => {
  const { cause, message } = error as { cause?: { message?: string }; message?: string };
  return cause?.message ?? message ?? 'no reason is known';
};

/** Every refusal has one form, the gateway's own included. */
const answerOf = (status: number, text: string): object => {
  const body = parse(text);
  if (status < 300) return body;
  const { type, detail, fix, field, allowed } = body as Readonly<Record<string, string | undefined>>;
  const about = [field && `in ${field}`, allowed && `allowed: ${allowed}`].filter(Boolean).join(', ');
  throw new RoomRefusal({
    code: type?.split(':').at(-1) ?? `status-${status}`,
    message: `${detail ?? `the door answered ${status}`}${about && ` (${about})`}`,
    fix: fix ?? 'repeat the command',
    retryable: status === 429 || status >= 500,
  });
};

const parse = (text: string): object => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
};
