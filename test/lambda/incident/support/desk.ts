import type { APIGatewayProxyResult } from 'aws-lambda';

import type { JobReport } from '../../../../lambda/incident/contract.ts';
import { createCampaigns } from '../../../../lambda/incident/campaign-table.ts';
import { createFreezeFlags } from '../../../../lambda/incident/flag-table.ts';
import { createHandler } from '../../../../lambda/incident/handler.ts';
import { createJobStore } from '../../../../lambda/incident/job-table.ts';
import type { Brake, IncidentPorts } from '../../../../lambda/incident/ports.ts';
import { createRoomState } from '../../../../lambda/incident/room-state-table.ts';
import type { KeysAnswer, KeysCommand } from '../../../../lambda/shared/keys-command.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { type Around, createFakeTable, type FakeTable } from '../../support/fake-table.ts';
import { ROOM } from '../../support/room.ts';

/** A layer of a freeze as it is outside: whether it holds, and what it does when it is told to. */
export interface FakeBrake extends Brake {
  held: boolean;
  /** Fails so many times from now on. */
  broken: number;
}

/** A room, its incident function, and people who command. */
export interface Desk {
  readonly table: FakeTable;
  readonly clock: FakeClock;
  readonly functions: FakeBrake;
  readonly secret: FakeBrake;
  /** Jobs that were handed to another invocation, which has not begun. */
  readonly handedOn: string[];
  readonly asked: KeysCommand[];
  readonly answers: KeysAnswer[];
  readonly log: string[];
  readonly ports: IncidentPorts;
  /** Commands at the door as somebody; the key is new unless one is given. */
  command(body: object, how?: Partial<How>): Promise<Answered>;
  look(id: string, session?: string): Promise<Answered>;
  /** Lets the invocations begin that were handed on. */
  run(): Promise<void>;
  /** Commands, runs, and looks. */
  do(body: object, how?: Partial<How>): Promise<JobReport>;
  /** The calendar's drill. */
  drill(): Promise<void>;
  /** A minute's schedule. */
  resume(): Promise<void>;
  isFrozen(app?: string): unknown;
}

interface How {
  readonly session: string;
  readonly role: string;
  readonly key: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: JobReport & Readonly<Record<string, unknown>>;
}

export const ON_CALL = 'keyroom-test-alerts-on-call';
export const APPROVER = 'keyroom-test-alerts-approver';

interface DeskOptions {
  readonly around?: Around;
  readonly approver?: boolean;
  readonly elsewhere?: boolean;
  readonly sandbox?: boolean;
  /** @default - the room has no probe */
  readonly pager?: IncidentPorts['pager'];
  /** The function that keeps the keys. @default - one that says it is done, or what is in `answers` */
  readonly keys?: NonNullable<IncidentPorts['keys']>;
}

export const createDesk = ({
  around,
  approver = false,
  elsewhere = true,
  sandbox = false,
  pager,
  keys: keysFunction,
}: DeskOptions = {}): Desk => {
  const clock = createFakeClock();
  const table = createFakeTable(around);
  const functions = createBrake();
  const secret = createBrake();
  const handedOn: string[] = [];
  const asked: KeysCommand[] = [];
  const answers: KeysAnswer[] = [];
  const log: string[] = [];
  for (const app of Object.keys(ROOM.apps)) table.items.set(`app#${app}`, { pk: `app#${app}`, frozen: false });
  const write = (event: string): void => void log.push(event);
  const ports: IncidentPorts = {
    room: ROOM,
    onCallRole: `111111111111:${ON_CALL}`,
    approverRole: approver ? `111111111111:${APPROVER}` : undefined,
    clock,
    jobs: createJobStore(table, clock),
    roomState: createRoomState(table, clock),
    flags: createFreezeFlags(table),
    campaigns: createCampaigns(table, clock),
    pager,
    functions,
    secret: sandbox ? undefined : secret,
    keys: sandbox
      ? undefined
      : (command) => {
          asked.push(command);
          if (keysFunction) return keysFunction(command);
          return Promise.resolve(answers.shift() ?? { ok: true, steps: ['done'], credentials: [], managing: [] });
        },
    runElsewhere: (job) => {
      if (elsewhere) handedOn.push(job);
      return Promise.resolve(elsewhere);
    },
    log: { info: write, warn: write, error: write },
  };
  const handler = createHandler(() => ports);
  let keys = 0;

  const request = async (httpMethod: string, session: string, role: string, rest: object): Promise<Answered> => {
    const userArn = `arn:aws:sts::111111111111:assumed-role/${role}/${session}`;
    const requestContext = { requestId: 'request', stage: 'operator', identity: { userArn } };
    const event = { httpMethod, requestContext, headers: {}, multiValueHeaders: {}, body: null, ...rest };
    const answer = await handler({ isBase64Encoded: false, pathParameters: null, ...event });
    if (answer === undefined) throw new Error('the door did not answer');
    return answered(answer);
  };

  const desk: Desk = {
    table,
    clock,
    functions,
    secret,
    handedOn,
    asked,
    answers,
    log,
    ports,
    command: (body, { session = 'ann', role = ON_CALL, key = `key-${++keys}` } = {}) =>
      request('POST', session, role, { headers: { 'idempotency-key': key }, body: JSON.stringify(body) }),
    look: (id, session = 'ann') => request('GET', session, ON_CALL, { pathParameters: { id } }),
    run: async () => {
      await Promise.all(handedOn.splice(0).map((job) => handler({ action: 'run', job })));
    },
    do: async (body, how) => {
      const { body: job, status } = await desk.command(body, how);
      if (status >= 300) throw new Error(`the door answered ${status}: ${JSON.stringify(job)}`);
      await desk.run();
      return (await desk.look(job.id)).body;
    },
    drill: async () => {
      await handler({ action: 'drill' });
    },
    resume: async () => {
      clock.advance(60_000);
      await handler({ action: 'resume' });
    },
    isFrozen: (app = 'shop') => table.items.get(`app#${app}`)?.frozen,
  };
  return desk;
};

const createBrake = (): FakeBrake => {
  const set = (brake: FakeBrake, held: boolean): Promise<string> => {
    if (brake.broken > 0) {
      brake.broken--;
      return Promise.reject(new Error('broken'));
    }
    brake.held = held;
    return Promise.resolve(held ? 'it holds' : 'it is released');
  };
  const brake: FakeBrake = { held: false, broken: 0, stop: () => set(brake, true), release: () => set(brake, false) };
  return brake;
};

const answered = ({ statusCode, headers = {}, body }: APIGatewayProxyResult): Answered => ({
  status: statusCode,
  headers,
  body: JSON.parse(body) as Answered['body'],
});

/** The key of an item. */
export const keyOf = (pk: unknown): string => (typeof pk === 'string' ? pk : '');
