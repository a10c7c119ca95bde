import { PRODUCTION } from '../../../lib/config/production.ts';
import { room } from '../support/config.ts';
import { about, resource, resources, roleStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

const alarm = (id: RegExp) => resource(otpRoom(), 'AWS::CloudWatch::Alarm', id).Properties;
const PROBE = { 'Fn::GetAtt': [expect.stringMatching(/^OnCallPagesQueuedrill/) as unknown, 'Arn'] };

describe('Drill', () => {
  test('goes the way of every page, is marked as a drill, and looks at what nothing else counts', () => {
    const { AlarmName, AlarmDescription, AlarmActions, MetricName } = alarm(/^OnCallAlarmsDrill[0-9A-F]{8}$/);
    const { AlarmActions: ofPage } = alarm(/^OnCallAlarmsVolumeCeiling/);
    expect([AlarmName, MetricName, AlarmActions]).toEqual(['keyroom-production-otp-drill', 'Drill', ofPage]);
    expect(AlarmDescription).toMatch(/^page: this is a drill, nothing has happened/);
  });

  test('has a probe that hears of pages as people do, and forgets them soon', () => {
    const subscribed = resources(otpRoom(), 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties);
    expect(subscribed).toContainEqual(
      expect.objectContaining({
        Protocol: 'sqs',
        Endpoint: PROBE,
        TopicArn: { Ref: expect.stringMatching(/^OnCallPages/) as unknown },
      }),
    );
    const { MessageRetentionPeriod, KmsMasterKeyId } = resource(otpRoom(), 'AWS::SQS::Queue', /Queuedrill/).Properties;
    expect([MessageRetentionPeriod, KmsMasterKeyId]).toEqual([300, expect.anything()]);
  });

  test('comes every week, and is missed after eight days even when nothing says so', () => {
    const rules = resources(otpRoom(), 'AWS::Events::Rule', /Drill/).map(([, { Properties }]) => Properties);
    expect(rules.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual(['cron(0 9 ? * TUE *)']);
    expect(alarm(/^OnCallAlarmsDrillOverdue/)).toMatchObject({
      MetricName: 'DrillAgeHours',
      Threshold: 192,
      TreatMissingData: 'breaching',
    });
  });

  test('lets the function empty its own probe alone', () => {
    const rights = about(roleStatements(otpRoom(), /^IncidentFunctionRole/), 'sqs:ReceiveMessage');
    expect(rights.map(({ Resource }) => Resource)).toEqual([PROBE]);
  });

  test('is not where nobody is on call', () => {
    const template = synthesize({ ...PRODUCTION, rooms: { play: room({ responders: [] }) } }).rooms.play!;
    expect(resources(template, 'AWS::CloudWatch::Alarm', /AlarmsDrill/)).toEqual([]);
  });
});
