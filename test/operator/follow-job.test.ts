import { PassThrough } from 'node:stream';
import type { JobReport } from '../../lambda/incident/contract.ts';
import { curlOf } from '../../lambda/shared/on-call/contract.ts';
import { RoomRefusal } from '../../operator/errors.ts';
import { commandJob, watchJob } from '../../operator/follow-job.ts';
import type { OperatorDoor } from '../../operator/operator-door.ts';
import { createReport } from '../../operator/report.ts';

const JOB: JobReport = {
  id: 'job_1',
  command: 'freeze',
  arguments: {},
  reason: null,
  caller: { role: '111111111111:on-call', session: 'ann' },
  approvedBy: null,
  state: 'running',
  steps: [],
  outcome: null,
  todo: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
const STEP = { name: 'flags of the apps', state: 'done', detail: 'it holds', at: JOB.createdAt } as const;
const AWAY = new RoomRefusal({ code: 'door-unreachable', message: 'no answer', fix: 'repeat', retryable: true });

/** A door that answers in turn, and a person who watches. */
const setUp = (...answers: readonly (Partial<JobReport> | RoomRefusal)[]) => {
  const left = [...answers];
  const keys: string[] = [];
  const next = (): Promise<JobReport> => {
    const answer = left.length > 1 ? left.shift()! : left[0]!;
    return answer instanceof RoomRefusal ? Promise.reject(answer) : Promise.resolve({ ...JOB, ...answer });
  };
  const status = () => Promise.reject(new Error('nobody asks'));
  const door: OperatorDoor = {
    command: (_request, key) => (keys.push(key), next()),
    look: next,
    status,
    audit: status,
  };
  const err = new PassThrough();
  let now = 0;
  let made = 0;
  const following = {
    timeoutSeconds: 10,
    goOn: (id: string) => `keyroom job otp ${id}`,
    newKey: () => `key-${++made}`,
    pause: (ms: number) => ((now += ms), Promise.resolve()),
    now: () => now,
  };
  const report = createReport({ json: true, out: new PassThrough(), err });
  return {
    keys,
    command: () => commandJob(() => Promise.resolve(door), { command: 'freeze' }, report, following),
    watch: () => watchJob(() => Promise.resolve(door), 'job_1', report, following),
    said: () => String(err.read() ?? ''),
  };
};

describe('following a job', () => {
  test('shows every step once, with what it verified, and ends with 0', async () => {
    const { command, said } = setUp({}, { steps: [STEP] }, { steps: [STEP], state: 'done', outcome: 'all hold' });
    expect(await command()).toBe(0);
    const text = said();
    expect(text.match(/flags of the apps: it holds/g)).toHaveLength(1);
    expect(text).toContain('all hold');
  });

  test.each([
    ['done', 0],
    ['waiting', 3],
    ['failed', 1],
    ['superseded', 1],
  ] as const)('a job that is %s ends with %i', async (state, code) => {
    expect(await setUp({ state, outcome: 'x' }).watch()).toBe(code);
  });

  test('asks again with the same key when no answer comes, so that the command is taken once', async () => {
    const { command, keys } = setUp(AWAY, AWAY, { state: 'done', outcome: 'all hold' });
    expect(await command()).toBe(0);
    expect(keys).toEqual(['key-1', 'key-1', 'key-1']);
  });

  test('says how to stop the room by hand when the door never answers, and how to go on when the job does not end', async () => {
    await expect(setUp(AWAY).command()).rejects.toThrow('docs/on-call.md#the-brake-does-not-answer');
    await expect(setUp({}).command()).rejects.toThrow('keyroom job otp job_1');
  });

  test('tells what a person has to do', async () => {
    const { watch, said } = setUp({ state: 'waiting', outcome: 'stays frozen', todo: 'an approver has to agree' });
    await watch();
    expect(said()).toContain('what to do: an approver has to agree');
  });
});

test('the command for any shell holds no credential of its own', () => {
  const role = 'arn:aws:iam::111111111111:role/on-call';
  const curl = curlOf('https://door.example/operator', 'eu-central-1', role, { command: 'freeze' }, 'key-1');
  expect(curl).toContain('-d \'{"command":"freeze"}\' https://door.example/operator/v1/jobs');
  expect(curl).toContain('--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"');
  expect(curl).toContain(role);
});
