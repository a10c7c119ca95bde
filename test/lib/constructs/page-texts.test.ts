import { readFileSync } from 'node:fs';
import { typedOf } from '../../../lambda/notify/use-cases/commands.ts';
import { PRODUCTION } from '../../../lib/config/production.ts';
import { alarmName, RUNBOOK_HEADINGS } from '../../../lib/constructs/runbook.ts';
import { runbookAdvice } from '../../../lib/constructs/runbook-advice.ts';
import { room } from '../support/config.ts';
import { actionsOf, arnOf, resource, resources, roleStatements, secretStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

const subscriptions = (template = otpRoom()) =>
  resources(template, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties);
/** The room's alarms by their name within it, with how bad they are. */
const alarmsOf = (template: ReturnType<typeof otpRoom>) =>
  ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    resources(template, type).map(([, { Properties }]) => ({
      name: String(Properties.AlarmName).replace('keyroom-production-otp-', ''),
      severity: String(Properties.AlarmDescription).split(':')[0],
    })),
  );
const NOTIFY = { 'Fn::GetAtt': [expect.stringMatching(/^PageTextsFunction/) as unknown, 'Arn'] };

describe('PageTexts', () => {
  test('is beside the way of the alarms: no alarm waits for it or goes through it', () => {
    const actions = resources(otpRoom(), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
      JSON.stringify([Properties.AlarmActions, Properties.OKActions]),
    );
    expect(actions.filter((action) => action.includes('PageTexts'))).toEqual([]);
    const plain = subscriptions().filter(({ Protocol }) => Protocol === 'https');
    expect(plain).toEqual([
      expect.objectContaining({ TopicArn: { Ref: expect.stringMatching(/^OnCallPages/) as unknown } }),
    ]);
    for (const [, topic] of resources(otpRoom(), 'AWS::SNS::Topic').filter(([id]) => id.startsWith('OnCall'))) {
      expect(JSON.stringify(topic)).not.toMatch(/PageTexts/);
    }
  });

  test('hears of pages and of tickets', () => {
    const heard = subscriptions().filter(({ Protocol }) => Protocol === 'lambda');
    expect(heard.map(({ Endpoint }) => Endpoint)).toEqual([NOTIFY, NOTIFY]);
    expect(heard.map(({ TopicArn }) => (TopicArn as { Ref: string }).Ref.slice(0, 11)).sort()).toEqual([
      'OnCallPages',
      'OnCallTicke',
    ]);
  });

  test('is outside the network', () => {
    expect(resource(otpRoom(), 'AWS::Lambda::Function', /^PageTextsFunction/).Properties).not.toHaveProperty(
      'VpcConfig',
    );
  });

  test('sends texts by e-mail to whoever gets the alarm, by severity, once to each address', () => {
    const onCall = {
      pages: [{ email: 'night@example.com' }, { email: 'both@example.com' }],
      tickets: [{ email: 'both@example.com' }, { queue: 'kept' }],
    };
    const template = synthesize({ ...PRODUCTION, rooms: { play: room({ onCall }) } }).rooms.play!;
    const texts = subscriptions(template).filter(({ TopicArn }) =>
      (TopicArn as { Ref: string }).Ref.startsWith('PageTexts'),
    );
    expect(texts.map(({ Endpoint, FilterPolicy }) => [Endpoint, FilterPolicy])).toEqual([
      ['night@example.com', { severity: ['page'] }],
      ['both@example.com', { severity: ['page', 'ticket'] }],
    ]);
  });

  test('keeps addresses that are credentials in a secret that it alone reads, from outside the network', () => {
    const statements = secretStatements(otpRoom(), /^PageTextsSubscribers/);
    const [readers] = statements.filter(({ Sid }) => Sid === 'ReadByTheRoomOnly');
    expect(readers?.Condition).toEqual({
      ArnNotEquals: { 'aws:PrincipalArn': [arnOf(/^PageTextsFunctionRole/)] },
    });
    expect(statements.filter(({ Sid = '' }) => Sid.includes('Endpoint'))).toEqual([]);
  });

  test('has no such secret where nobody may import', () => {
    const sandbox = synthesize({ ...PRODUCTION, rooms: { play: room({ provider: 'sandbox' }) } }).rooms.play!;
    expect(resources(sandbox, 'AWS::SecretsManager::Secret').filter(([id]) => id.startsWith('PageTexts'))).toEqual([]);
  });

  test('may remember what it told, and change nothing else', () => {
    const writes = roleStatements(otpRoom(), /^PageTextsFunctionRole/).filter((statement) =>
      actionsOf(statement).some((action) => /^dynamodb:(Put|Update|Delete)/.test(action)),
    );
    expect(writes.map(({ Condition }) => Condition)).toEqual([
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['notice#*'] } },
    ]);
  });
});

describe('runbookAdvice', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const advice = runbookAdvice(runbook);
  const keyroom = (rest: string) => `npm run keyroom -- ${rest}`;
  const ONE_APP = keyroom('freeze <room> -e <env> --app <app>');
  /** All that a page tells people to type. A section that first asks what has happened has words alone. */
  const TYPED: Readonly<Record<string, string>> = {
    'volume-ceiling': ONE_APP,
    'volume-jump': ONE_APP,
    'volume-unusual': ONE_APP,
    'spend-at-risk': ONE_APP,
    'key-refused': keyroom('rotate <room> -e <env>'),
    surplus: keyroom('revoke <room> -e <env>'),
    'key-too-old': keyroom('rotate <room> -e <env> --until-retired'),
    'unknown-key': keyroom('revoke <room> -e <env> --managing'),
    'drill-overdue': keyroom('drill <room> -e <env>'),
    'app-key-in-browser': keyroom('app-key revoke <room> <app> <id> -e <env>'),
    'app-key-expiring': keyroom('app-key rotate <room> <app> -e <env>'),
  };

  test.each(Object.keys(RUNBOOK_HEADINGS).map(alarmName))('of %s has words, and a command where it holds', (alarm) => {
    expect(advice[alarm]?.words).toMatch(/\w/);
    expect(advice[alarm]?.words).not.toMatch(/^\s*- |`|\*\*|\]\(/m);
    expect(advice[alarm]?.command).toBe(TYPED[alarm]);
  });

  test('stops or revokes at every page about who sends', () => {
    const pages = alarmsOf(otpRoom()).filter(
      ({ name, severity }) => severity === 'page' && /^(?:(?:volume|spend)-|surplus$)/.test(name),
    );
    expect(pages.map(({ name }) => name).sort()).toEqual([
      'spend-at-risk',
      'surplus',
      'volume-ceiling',
      'volume-jump',
      'volume-unusual',
    ]);
    for (const { name } of pages) {
      expect(typedOf(advice[name]!, { environment: 'production', room: 'otp' }).job?.command).toMatch(
        /^(freeze|revoke)$/,
      );
    }
  });

  test('undoes what was done and nothing more: an app that was frozen, and not the room', () => {
    const undone = Object.values(advice).flatMap(({ command = '', undo }) =>
      command.includes(' freeze ') || undo !== undefined ? [[command, undo]] : [],
    );
    expect(undone).toHaveLength(4);
    for (const [command = '', undo] of undone) expect(undo).toBe(command.replace(' freeze ', ' unfreeze '));
  });

  test('has the AWS command line for a command that it has, and for no other', () => {
    const others = Object.entries(advice).filter(([, { withoutClone }]) => withoutClone !== undefined);
    expect(others.map(([alarm]) => alarm)).toEqual(['key-refused']);
    expect(advice['key-refused']?.withoutClone).toContain('{"action":"rotate"}');
  });

  test('fails when a section says nothing to do', () => {
    expect(() => runbookAdvice(runbook.replace(/^## The room cannot send$[^]*?^## /m, '## '))).toThrow(
      'the runbook says nothing to do under "The room cannot send"',
    );
  });
});
