import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { createStacks } from '../../lib/environment-stacks.ts';
import { environment, room } from './support/config.ts';
import { resources } from './support/policy.ts';
import { createApp, synthesize } from './support/synth.ts';

describe('createStacks', () => {
  test('names stacks after the environment and the room', () => {
    const { egress, rooms } = createStacks(
      createApp(),
      environment({ rooms: { otp: room(), 'late-notices': room() } }),
    );
    expect([egress, ...Object.values(rooms)].map(({ stackName }) => stackName)).toEqual([
      'Keyroom-test-Egress',
      'Keyroom-test-Otp',
      'Keyroom-test-LateNotices',
    ]);
  });

  test('puts the permissions boundary on every role', () => {
    const permissionsBoundaryArn = 'arn:aws:iam::111111111111:policy/boundary';
    const { egress, rooms } = synthesize(environment({ permissionsBoundaryArn }));
    for (const template of [egress, rooms.otp!]) {
      const roles = resources(template, 'AWS::IAM::Role').map(([, { Properties }]) => Properties);
      expect(roles.length).toBeGreaterThan(0);
      for (const { PermissionsBoundary } of roles) expect(PermissionsBoundary).toBe(permissionsBoundaryArn);
    }
  });

  test('uses the qualifier of the bootstrap, also to find the deployment role', () => {
    const { rooms } = createStacks(createApp(), environment({ bootstrapQualifier: 'acme' }));
    expect(rooms.otp!.synthesizer.bootstrapQualifier).toBe('acme');
    const template = JSON.stringify(Template.fromStack(rooms.otp!).toJSON());
    expect(template).toContain('role/cdk-acme-cfn-exec-role-111111111111-eu-central-1');
    expect(template).not.toContain('hnb659fds');
  });

  test("tags with the configured tags and the room's", () => {
    const { egress, rooms } = createStacks(createApp(), environment({ tags: { team: 'messaging' } }));
    const tags = { team: 'messaging', 'keyroom:environment': 'test' };
    expect(egress.tags.tagValues()).toEqual(tags);
    expect(rooms.otp!.tags.tagValues()).toEqual({ ...tags, 'keyroom:room': 'otp' });
  });

  test('says of every room what protects its key and what remains open, as information', () => {
    const { rooms } = createStacks(createApp(), environment({ rooms: { otp: room({ provider: 'd7' }) } }));
    const said = Annotations.fromStack(rooms.otp!);
    said.hasInfo('*', Match.stringLikeRegexp('^posture of otp \\(d7\\): 1 of 9 protections'));
    said.hasInfo('*', Match.stringLikeRegexp('^loss bound of otp'));
    expect([...said.findWarning('*', Match.anyValue()), ...said.findError('*', Match.anyValue())]).toEqual([]);
  });

  test('needs nothing but the configuration: no zone, network or role is looked up', () => {
    const app = createApp();
    createStacks(app, environment());
    expect(app.synth().manifest.missing).toBeUndefined();
  });

  test.each(['AWS::ApiGateway::Account', 'AWS::CloudTrail::Trail'])(
    'creates no %s, which belongs to the account',
    (type) => {
      const { egress, rooms } = synthesize(environment());
      for (const template of [egress, rooms.otp!]) template.resourceCountIs(type, 0);
    },
  );
});
