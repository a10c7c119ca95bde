import { Duration, Stack } from 'aws-cdk-lib';
import { LOCAL } from '../../../lib/config/local.ts';
import { PRODUCTION } from '../../../lib/config/production.ts';
import type { GuardedSecret } from '../../../lib/constructs/guarded-secret.ts';
import type { RoomFunction } from '../../../lib/constructs/room-function.ts';
import { RotationSchedule } from '../../../lib/constructs/rotation-schedule.ts';
import { about, resource, roleStatements } from '../support/policy.ts';
import { createApp, otpRoom, productionTemplates, synthesize } from '../support/synth.ts';

const SENDING = { Ref: expect.stringMatching(/^ProviderKeySending/) as unknown };

describe('RotationSchedule', () => {
  test('rotates the sending key by the calendar and never because of a deployment', () => {
    otpRoom().resourceCountIs('AWS::SecretsManager::RotationSchedule', 1);
    expect(resource(otpRoom(), 'AWS::SecretsManager::RotationSchedule').Properties).toMatchObject({
      SecretId: SENDING,
      RotateImmediatelyOnUpdate: false,
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
    });
  });

  test('takes the period of the room', () => {
    const room = (name: string, rotateEvery: { hours: number } | { days: number }) => ({
      [name]: { ...PRODUCTION.rooms.otp!, keyImporters: [], rotateEvery },
    });
    const { rooms } = synthesize({ ...PRODUCTION, rooms: { ...room('a', { hours: 5 }), ...room('b', { hours: 24 }) } });
    const schedules = Object.values(rooms).map(
      (template) => resource(template, 'AWS::SecretsManager::RotationSchedule').Properties.RotationRules,
    );
    expect(schedules).toEqual([{ ScheduleExpression: 'rate(5 hours)' }, { ScheduleExpression: 'rate(1 day)' }]);
    expect(
      resource(productionTemplates().rooms['late-notices']!, 'AWS::SecretsManager::RotationSchedule').Properties,
    ).toMatchObject({ RotationRules: { ScheduleExpression: 'rate(7 days)' } });
  });

  test.each([
    [Duration.hours(3), 'a rotation period must be at least 4 hours, got 3 hours'],
    [Duration.days(400), 'a rotation period must be at most 365 days, got 400 days'],
  ])('fails when the period is %s', (every, problem) => {
    const stack = new Stack(createApp());
    const unused = {} as unknown;
    const props = { every, secret: unused as GuardedSecret, rotator: unused as RoomFunction };
    expect(() => new RotationSchedule(stack, 'Rotation', props)).toThrow(problem);
  });

  test('lets Secrets Manager call the function for this secret of this account only', () => {
    const permission = resource(otpRoom(), 'AWS::Lambda::Permission', /^RotationPermission/);
    expect(permission.Properties).toMatchObject({
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: '111111111111',
      SourceArn: SENDING,
    });
  });

  test('can be started by the function itself, which may call itself by name and nothing else', () => {
    expect(about(roleStatements(otpRoom(), /^RotateKeyRoleRights/), 'lambda:InvokeFunction')).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: 'arn:aws:lambda:eu-central-1:111111111111:function:keyroom-production-otp-rotate-key',
      },
    ]);
    expect(resource(otpRoom(), 'AWS::Lambda::Function', /^RotateKey/).Properties.FunctionName).toBe(
      'keyroom-production-otp-rotate-key',
    );
  });

  test('waits for the permission, the rights of the function and the policy of the secret', () => {
    expect(resource(otpRoom(), 'AWS::SecretsManager::RotationSchedule').DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^RotationPermission/),
        expect.stringMatching(/^RotateKeyRoleRights/),
        expect.stringMatching(/^ProviderKeySendingPolicy/),
      ]),
    );
  });

  test.each([
    ['every hour', otpRoom, 'rate(1 hour)'],
    ['every minute on a laptop', () => synthesize(LOCAL).rooms.otp!, 'rate(1 minute)'],
  ])('old keys are looked after %s', (_, template, expression) => {
    expect(resource(template(), 'AWS::Events::Rule', /^RotateKey/).Properties).toMatchObject({
      ScheduleExpression: expression,
      Targets: [{ Input: '{"action":"sweep"}', RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
  });
});
