import { pagesOf, thresholdsOfTemplate } from '../../../bench/volume/alarms.ts';
import { evaluate } from '../../../bench/volume/evaluation.ts';
import type { RoomConfig } from '../../../lib/config/environment.ts';
import { LOCAL } from '../../../lib/config/local.ts';
import { PRODUCTION } from '../../../lib/config/production.ts';
import { RUNBOOK_HEADINGS } from '../../../lib/constructs/runbook.ts';
import { environment, room } from '../support/config.ts';
import { keyStatements, resource, resources, type Statement } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown[];
  readonly OKActions: unknown[];
  readonly Threshold: number;
  readonly Period?: number;
  readonly MetricName?: string;
  readonly Dimensions?: unknown;
  readonly TreatMissingData: string;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Metrics?: {
    Expression?: string;
    MetricStat?: { Period: number; Metric: { MetricName: string; Dimensions?: { Name: string; Value: unknown }[] } };
  }[];
}

const alarms = (template = otpRoom()): Map<string, Alarm> =>
  new Map(
    resources(template, 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) => [
      id.replace(/^OnCallAlarms(\w+)[0-9A-F]{8}$/, '$1'),
      Properties as unknown as Alarm,
    ]),
  );
const alarm = (id: string) => alarms().get(id)!;

describe('AlarmRegistry', () => {
  test('has an alarm for every heading of the runbook', () => {
    // The room of these tests is at a provider that tells no prices.
    expect([...alarms().keys(), 'PriceAboveCeiling'].sort()).toEqual(Object.keys(RUNBOOK_HEADINGS).sort());
  });

  test('watches prices where the room has ceilings and the provider tells prices, and nowhere else', () => {
    const prices = { currency: 'USD', ceilings: { AE: { sms: '0.0350' } } };
    const of = (overrides: Partial<RoomConfig>) =>
      alarms(synthesize(environment({ rooms: { otp: room(overrides) } })).rooms.otp).get('PriceAboveCeiling');
    expect(of({ provider: 'd7', prices })).toMatchObject({
      AlarmDescription: expect.stringMatching(/^ticket: /) as string,
      MetricName: 'PricesAboveCeiling',
      Threshold: 0,
      TreatMissingData: 'notBreaching',
    });
    expect(of({ provider: 'd7' })).toBeUndefined();
    expect(of({ provider: 'infobip', prices })).toBeUndefined();
    expect(of({ provider: 'd7', prices, account: 'shared' })).toBeUndefined();
  });

  test.each([
    ['VolumeCeiling', 'page'],
    ['VolumeJump', 'page'],
    ['VolumeUnusual', 'page'],
    ['SpendAtRisk', 'page'],
    ['NewCountry', 'ticket'],
    ['VolumeOutsideBand', 'ticket'],
    ['WatchStale', 'ticket'],
    ['KeyRefused', 'page'],
    ['CannotSend', 'page'],
    ['RotationFailed', 'ticket'],
    ['KeyTooOld', 'ticket'],
    ['CredentialTooOld', 'ticket'],
    ['OldCredentialAlive', 'ticket'],
    ['StandbyRefused', 'ticket'],
    ['OrphanKey', 'ticket'],
    ['UnknownKey', 'page'],
    ['AddressesDiffer', 'ticket'],
    ['FewDelivered', 'ticket'],
    ['UnknownOutcome', 'ticket'],
    ['UnknownUnsettled', 'ticket'],
    ['LedgerOverdue', 'ticket'],
    ['RetryDeadLetters', 'ticket'],
    ['AppKeyInBrowser', 'ticket'],
    ['AppKeyExpiring', 'ticket'],
    ['ReceiptsRefused', 'ticket'],
    ['EventDeadLetters', 'ticket'],
    ['ForbiddenInLogs', 'ticket'],
    ['Surplus', 'page'],
    ['ReconcileStale', 'ticket'],
    ['ForbiddenInDoorLogs', 'ticket'],
    ['ForbiddenInWatchLogs', 'ticket'],
    ['PageNotDelivered', 'ticket'],
    ['Drill', 'page'],
    ['DrillFailed', 'ticket'],
    ['DrillOverdue', 'ticket'],
    ['SecretTouched', 'page'],
    ['DecoyTouched', 'page'],
    ['RoomChanged', 'ticket'],
    ['WitnessSilent', 'ticket'],
  ])('%s is a %s, says so, and tells the topic of its severity when it begins and ends', (id, severity) => {
    const { AlarmActions, OKActions, AlarmDescription } = alarm(id);
    const topic = { Ref: expect.stringMatching(severity === 'page' ? /^OnCallPages/ : /^OnCallTickets/) as unknown };
    expect([AlarmActions[0], OKActions]).toEqual([topic, [topic]]);
    expect(AlarmDescription).toMatch(new RegExp(`^${severity}: .+\\. Runbook: docs/runbook\\.md#[a-z-]+$`));
  });

  test('names alarms by environment and room', () => {
    expect(alarm('VolumeCeiling').AlarmName).toBe('keyroom-production-otp-volume-ceiling');
  });

  test('goes off above a threshold, never at it', () => {
    const others = [...alarms()].filter(([, { ComparisonOperator }]) => ComparisonOperator !== 'GreaterThanThreshold');
    expect(others.map(([id, { ComparisonOperator }]) => [id, ComparisonOperator])).toEqual([
      ['VolumeOutsideBand', 'GreaterThanUpperThreshold'],
    ]);
  });

  test('takes silence for good news, but for what is said all the time', () => {
    const breaching = [...alarms()].filter(([, { TreatMissingData }]) => TreatMissingData !== 'notBreaching');
    expect(breaching.map(([id, { TreatMissingData }]) => [id, TreatMissingData])).toEqual([
      ['KeyTooOld', 'breaching'],
      ['ReconcileStale', 'breaching'],
      ['DrillOverdue', 'breaching'],
      ['WatchStale', 'breaching'],
      ['WitnessSilent', 'breaching'],
      ['LedgerOverdue', 'breaching'],
    ]);
  });
});

describe('alarms on what counts as nothing until it comes', () => {
  test('look back, as the newest value of a minute or less may be late', () => {
    const filled = [...alarms()].flatMap(([id, { Metrics = [], ...rest }]) => {
      const periods = Metrics.flatMap(({ MetricStat }) => MetricStat?.Period ?? []);
      const isFilled = Metrics.some(({ Expression = '' }) => Expression.includes('FILL('));
      return isFilled && Math.min(...periods) <= 60 ? [{ id, ...rest }] : [];
    });
    expect(filled.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['VolumeCeiling', 'VolumeJump', 'ForbiddenInLogs', 'CannotSend']),
    );
    for (const { id, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } of filled) {
      expect([id, DatapointsToAlarm < EvaluationPeriods]).toEqual([id, true]);
    }
  });

  test('page for a flood that is told 20 seconds late within a minute, and end when it has ended', () => {
    const { ceiling } = thresholdsOfTemplate();
    const flood = [0, 0, 60, 60, 60, 0, 0, 0, 0, 0, 0, 0];
    const off = evaluate(flood, 2, ceiling);
    expect(off.indexOf(true)).toBe(4);
    expect(off.at(-1)).toBe(false);
    expect(evaluate(flood, 2, { ...ceiling, periods: 1 })).not.toContain(true);
  });
});

describe('volume alarms', () => {
  test('page for a day’s messages of one app that are sent in a minute, though the watch says nothing of that', () => {
    const day = [0, 0, 0, 1000, 0, 0, 0, 0].map((home) => ({ home, abroad: 0 }));
    const trace = { kind: 'pumping', seed: 1, history: [], day, campaigns: [], attack: null } as const;
    const pages = pagesOf(
      trace,
      day.map(() => 0),
      thresholdsOfTemplate(),
    );
    expect([pages.ceiling.indexOf(true), pages.jump.indexOf(true)]).toEqual([3, 4]);
  });

  test('look every 10 seconds at the messages of the whole room', () => {
    const { Metrics, ...rest } = alarm('VolumeCeiling');
    expect(rest).toMatchObject({ EvaluationPeriods: 6, DatapointsToAlarm: 1, Threshold: 50 });
    expect(Metrics!.flatMap(({ MetricStat }) => MetricStat ?? [])).toMatchObject([
      { Metric: { MetricName: 'Messages', Dimensions: [{ Name: 'Room', Value: 'otp' }] }, Period: 10, Stat: 'Sum' },
      { Metric: { MetricName: 'Announced', Dimensions: [{ Name: 'Room', Value: 'otp' }] }, Period: 10, Stat: 'Sum' },
    ]);
  });

  test('count what is beyond the announced, which is nothing where nobody announced anything', () => {
    const expressions = (id: string) => alarm(id).Metrics!.flatMap(({ Expression }) => Expression ?? []);
    const beyond = 'IF(FILL(messages, 0) > FILL(announced, 0), FILL(messages, 0) - FILL(announced, 0), 0)';
    expect(expressions('VolumeCeiling')).toEqual([beyond]);
    expect(expressions('VolumeJump')).toEqual(['DIFF(beyond)', beyond]);
    expect(alarm('VolumeJump').Threshold).toBe(150);
  });

  test('page on what the watch says is unusual, and tell when it does not look', () => {
    expect(alarm('VolumeUnusual')).toMatchObject({ MetricName: 'VolumeExcess', Period: 60, Threshold: 30 });
    expect(alarm('WatchStale')).toMatchObject({ MetricName: 'WatchAgeSeconds', TreatMissingData: 'breaching' });
  });

  test('have a band of the room, with the model it is made of', () => {
    const [[, model] = []] = resources(otpRoom(), 'AWS::CloudWatch::AnomalyDetector');
    const messages = { MetricName: 'Messages', Namespace: 'Keyroom', Dimensions: [{ Name: 'Room', Value: 'otp' }] };
    expect(model!.Properties).toMatchObject({ ...messages, Stat: 'Sum' });
    const { Metrics } = alarm('VolumeOutsideBand');
    expect(Metrics!.map(({ Expression }) => Expression)).toContainEqual(
      expect.stringMatching(/^ANOMALY_DETECTION_BAND\(\w+, 2\)$/),
    );
    expect(Metrics!.flatMap(({ MetricStat }) => MetricStat ?? [])).toMatchObject([{ Metric: messages, Stat: 'Sum' }]);
  });
});

describe('key alarms', () => {
  test('watch the age of the key at one and a half periods', () => {
    expect(alarm('KeyTooOld')).toMatchObject({ MetricName: 'KeyAgeHours', Threshold: 30 * 24 * 1.5 });
  });

  test('ask for another managing credential after the time that is configured', () => {
    expect(alarm('CredentialTooOld')).toMatchObject({ MetricName: 'ManagingKeyAgeHours', Threshold: 180 * 24 });
    const short = synthesize({ ...PRODUCTION, rooms: { play: room({ swapEvery: { days: 7 } }) } }).rooms.play!;
    expect(alarms(short).get('CredentialTooOld')).toMatchObject({ Threshold: 7 * 24 });
  });

  test('end within an hour when nothing more is said of an old credential, so that they go off again the next day', () => {
    const { MetricName, Period, EvaluationPeriods, Threshold, TreatMissingData } = alarm('OldCredentialAlive');
    expect([MetricName, Period, EvaluationPeriods, Threshold, TreatMissingData]).toEqual([
      'OldCredentialAlive',
      3600,
      1,
      0,
      'notBreaching',
    ]);
  });

  test('hear of failed rotations from the function and from Lambda', () => {
    const { Metrics } = alarm('RotationFailed');
    expect(Metrics!.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])).toEqual([
      'RotationFailed',
      'Errors',
    ]);
  });

  test('are one ticket for a sweep that fails every hour', () => {
    const { Metrics } = alarm('RotationFailed');
    const metrics = Metrics!.flatMap(({ MetricStat }) => MetricStat ?? []);
    expect(metrics).toEqual(Array(2).fill(expect.objectContaining({ Period: 300 })));
    // 65 minutes, and sweeps are an hour apart.
    expect(alarm('RotationFailed')).toMatchObject({ EvaluationPeriods: 13, DatapointsToAlarm: 1 });
  });

  test('have the room replace a refused key: the function hears of it, of nothing else, and from this alarm alone', () => {
    const invoked = [...alarms()].filter(([, { AlarmActions }]) => AlarmActions.length > 1);
    const rotateKey = { 'Fn::GetAtt': [expect.stringMatching(/^RotateKey/) as unknown, 'Arn'] };
    expect(invoked.map(([id, { AlarmActions }]) => [id, AlarmActions.slice(1)])).toEqual([['KeyRefused', [rotateKey]]]);
    const permissions = resources(otpRoom(), 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
    expect(permissions.filter(({ Principal }) => Principal === 'lambda.alarms.cloudwatch.amazonaws.com')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: rotateKey,
        Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
        SourceAccount: '111111111111',
        SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^OnCallAlarmsKeyRefused/) as unknown, 'Arn'] },
      },
    ]);
  });

  test('notice a refused key within 10 seconds, and page once while refusals are less than a minute apart', () => {
    expect(alarm('KeyRefused')).toMatchObject({
      MetricName: 'KeyRefusedByProvider',
      Period: 10,
      Threshold: 0,
      EvaluationPeriods: 6,
      DatapointsToAlarm: 1,
    });
  });

  test('are absent where there is no key', () => {
    const sandbox = synthesize({ ...PRODUCTION, rooms: { play: room({ provider: 'sandbox' }) } }).rooms.play!;
    expect([...alarms(sandbox).keys()].filter((id) => /Key|Rotation|Credential|Standby/.test(id))).toEqual([]);
  });
});

describe('send alarms', () => {
  test('tell that most messages do not arrive, of twenty at least, so that quiet rooms do not flap', () => {
    const { Metrics, Threshold } = alarm('FewDelivered');
    expect(Metrics!.flatMap(({ Expression }) => Expression ?? [])).toEqual([
      'IF(FILL(delivered, 0) + FILL(undelivered, 0) >= 20 AND FILL(undelivered, 0) > FILL(delivered, 0), 1, 0)',
    ]);
    expect(Metrics!.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])).toEqual([
      'Delivered',
      'Undelivered',
    ]);
    expect(Threshold).toBe(0);
  });

  test('add up every way in which a message does not get out, each once', () => {
    const { Metrics, Threshold } = alarm('CannotSend');
    expect(Metrics!.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])).toEqual([
      'NotSent',
      'Errors',
      'Throttles',
    ]);
    expect(Threshold).toBe(5);
  });

  test('search every log of the room for what must not be there', () => {
    const searched = ['ForbiddenInLogs', 'ForbiddenInDoorLogs', 'ForbiddenInWatchLogs'].flatMap((id) =>
      alarm(id).Metrics!.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []),
    );
    expect(new Set(searched.map(({ MetricName }) => MetricName))).toEqual(new Set(['LogEventsWithFindings']));
    const logGroups = resources(otpRoom(), 'AWS::Logs::LogGroup').map(([id]) => ({ Ref: id }));
    expect(logGroups).toHaveLength(24);
    const dimensions = searched.map(({ Dimensions }) => Dimensions!.find(({ Name }) => Name === 'LogGroupName')!.Value);
    expect(dimensions).toEqual(expect.arrayContaining(logGroups));
  });
});

describe('OnCallTopic', () => {
  const policy = (template = otpRoom()) =>
    resources(template, 'AWS::SNS::TopicPolicy').flatMap(
      ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
    );

  test('is encrypted by a key that alarms of this account may use', () => {
    for (const [, { Properties }] of resources(otpRoom(), 'AWS::SNS::Topic')) {
      expect(Properties.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^DataKey/), 'Arn'] });
    }
    expect(keyStatements(otpRoom(), /^DataKey/)).toContainEqual(
      expect.objectContaining({
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-central-1:111111111111:alarm:*' },
        },
      }),
    );
  });

  test('takes messages over TLS only, and from alarms of this account only', () => {
    expect(policy().filter(({ Effect }) => Effect === 'Deny')).toEqual(
      Array(3).fill(expect.objectContaining({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })),
    );
    for (const { Principal, Condition } of policy().filter(({ Effect }) => Effect === 'Allow')) {
      expect(Principal).toEqual({ Service: 'cloudwatch.amazonaws.com' });
      expect(Condition).toHaveProperty(['StringEquals', 'aws:SourceAccount'], '111111111111');
    }
  });

  test('tells the subscribers of the room', () => {
    const subscriptions = resources(otpRoom(), 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties);
    const plain = subscriptions.filter(
      ({ TopicArn, Protocol }) =>
        (TopicArn as { Ref: string }).Ref.startsWith('OnCall') && !['lambda', 'sqs'].includes(String(Protocol)),
    );
    expect(plain.map(({ Protocol, Endpoint }) => [Protocol, Endpoint])).toEqual([
      ['https', 'https://events.example.com/integration/keyroom'],
      ['email', 'messaging-team@example.com'],
    ]);
  });

  test('keeps what it sent in an encrypted queue that only the topic may fill', () => {
    const local = synthesize(LOCAL).rooms.otp!;
    expect(resource(local, 'AWS::SQS::Queue', /^OnCallPagesQueuepager/).Properties).toHaveProperty('KmsMasterKeyId');
    const { Statement: statements } = resource(local, 'AWS::SQS::QueuePolicy', /^OnCallPagesQueuepager/).Properties
      .PolicyDocument as {
      Statement: Statement[];
    };
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Condition: { ArnEquals: { 'aws:SourceArn': { Ref: expect.stringMatching(/^OnCallPages/) as unknown } } },
      }),
    );
    expect(local.findOutputs('PagesQueueUrl')).not.toEqual({});
  });
});
