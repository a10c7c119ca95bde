import { AwsError } from '../../../lambda/shared/aws/aws-error.ts';
import { createMetrics } from '../../../lambda/shared/metrics.ts';
import { createHandler } from '../../../lambda/witness/handler.ts';
import type { WitnessPorts } from '../../../lambda/witness/ports.ts';
import { createWitnessBook } from '../../../lambda/witness/witness-book.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { type Around, createFakeTable } from '../support/fake-table.ts';
import {
  alarmEvent,
  byDeployment,
  DEPLOYMENT_ROLE,
  ENDPOINT,
  recorded,
  roleArn,
  secretArn,
  sessionOf,
  trailEvent,
} from './support/recorded.ts';

const AWAY = new AwsError('PutItem', {
  code: 'InternalServerError',
  retryable: true,
  effect: 'unknown',
  status: 500,
  details: {},
});

const createWitness = (around?: Around) => {
  const clock = createFakeClock();
  const table = createFakeTable(around);
  const counted: Record<string, number>[] = [];
  let tries = 0;
  const probe = { fails: false };
  const ports: WitnessPorts = {
    watched: {
      environment: 'test',
      room: 'alerts',
      users: { sending: { through: [roleArn('send')], depositors: [] } },
      endpointId: ENDPOINT,
      deploymentRoleArn: DEPLOYMENT_ROLE,
      ownRoleArn: roleArn('witness'),
    },
    book: createWitnessBook(table),
    tryDecoy: () => {
      tries++;
      return probe.fails ? Promise.reject(AWAY) : Promise.resolve();
    },
    metrics: createMetrics({
      room: 'alerts',
      clock,
      write: (line) => {
        const { _aws, Room, ...values } = JSON.parse(line) as { _aws: unknown; Room: string } & Record<string, number>;
        expect([_aws, Room]).toEqual([expect.anything(), 'alerts']);
        counted.push(values);
      },
    }),
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  const seen = () => [...table.items.values()].filter(({ pk }) => typeof pk === 'string' && pk.startsWith('seen#'));
  return { handler: createHandler(() => ports), clock, counted, seen, probe, tries: () => tries };
};

const PROBE_BACK = trailEvent(
  recorded({
    requestParameters: { secretId: secretArn('api-key') },
    userIdentity: sessionOf('witness'),
    errorCode: 'AccessDenied',
  }),
);

describe('witness', () => {
  test('a stranger’s read is counted and kept, once however often it is told', async () => {
    const { handler, counted, seen } = createWitness();
    const event = trailEvent(recorded({}));
    await handler(event);
    await handler(event);
    expect(counted).toEqual([{ SecretTouched: 1 }]);
    expect(seen()).toEqual([
      expect.objectContaining({
        kind: 'secret',
        on: 'sending',
        dueShard: 'seen',
        dueAt: Date.parse('2026-11-24T12:00:00Z'),
      }),
    ]);
  });

  test('what is kept says nothing that AWS wrote for people: a message may quote a request', async () => {
    const { handler, seen } = createWitness();
    await handler(trailEvent(recorded({ errorCode: 'AccessDenied', errorMessage: 'quoted +971500000001' })));
    expect(JSON.stringify(seen())).not.toContain('quoted');
  });

  test.each([
    ['decoy', { requestParameters: { secretId: secretArn('api-key') } }, 'DecoyTouched'],
    ['change', { eventName: 'PutResourcePolicy' }, 'RoomChanged'],
  ])('a %s is counted as what it is', async (_kind, rest, metric) => {
    const { handler, counted } = createWitness();
    await handler(trailEvent(recorded(rest)));
    expect(counted).toEqual([{ [metric]: 1 }]);
  });

  test('the room’s own doing is neither counted nor kept', async () => {
    const { handler, counted, seen } = createWitness();
    await handler(trailEvent(recorded({ userIdentity: sessionOf('send'), vpcEndpointId: ENDPOINT })));
    await handler(trailEvent(recorded({ ...byDeployment, eventName: 'PutResourcePolicy' })));
    expect([counted, seen()]).toEqual([[], []]);
  });

  test('is told where it cannot be kept, and fails, so that it comes again', async () => {
    const { handler, counted } = createWitness(() => Promise.reject(AWAY));
    await expect(handler(trailEvent(recorded({})))).rejects.toThrow('PutItem failed: InternalServerError');
    expect(counted).toEqual([{ SecretTouched: 1 }]);
  });

  test('an alarm is kept for the audit, and tells nobody twice', async () => {
    const { handler, counted, seen } = createWitness();
    const state = { value: 'ALARM', timestamp: '2026-11-24T12:00:00.000+0000' };
    await handler(alarmEvent({ alarmName: 'keyroom-test-alerts-surplus', state }));
    expect(seen()).toEqual([
      expect.objectContaining({
        kind: 'alarm',
        what: 'ALARM',
        on: 'keyroom-test-alerts-surplus',
        at: '2026-11-24T12:00:00.000Z',
      }),
    ]);
    expect(counted).toEqual([]);
  });
});

describe('the probe', () => {
  const hour = 3_600_000;

  test('touches the decoy, and says how long no touch has been seen to come back', async () => {
    const { handler, clock, counted, tries } = createWitness();
    for (let hours = 0; hours < 3; hours++) {
      await handler({ action: 'probe' });
      clock.advance(hour);
    }
    expect([tries(), counted]).toEqual([3, [0, 3600, 7200].map((WitnessSilentSeconds) => ({ WitnessSilentSeconds }))]);
  });

  test('that comes back ends the silence, and is nobody’s touch', async () => {
    const { handler, clock, counted, seen } = createWitness();
    await handler({ action: 'probe' });
    clock.advance(5 * hour);
    await handler(PROBE_BACK);
    clock.advance(hour);
    await handler({ action: 'probe' });
    expect([counted, seen()]).toEqual([[{ WitnessSilentSeconds: 0 }, { WitnessSilentSeconds: 3600 }], []]);
  });

  test('says its age where the decoy cannot be asked for, too', async () => {
    const room = createWitness();
    room.probe.fails = true;
    await room.handler({ action: 'probe' });
    expect(room.counted).toEqual([{ WitnessSilentSeconds: 0 }]);
  });
});
