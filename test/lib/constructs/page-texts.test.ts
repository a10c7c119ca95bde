import { readFileSync } from 'node:fs';
import { PRODUCTION } from '../../../lib/config/production.ts';
import { alarmName, RUNBOOK_HEADINGS, runbookAnchor } from '../../../lib/constructs/runbook.ts';
import { runbookAdvice } from '../../../lib/constructs/runbook-advice.ts';
import { room } from '../support/config.ts';
import { actionsOf, arnOf, resource, resources, roleStatements, secretStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

const subscriptions = (template = otpRoom()) =>
  resources(template, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties);
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
  const sections = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.split('\n')[0], section]),
  );

  test.each(Object.entries(RUNBOOK_HEADINGS))('of %s has the command and the undo of its section', (id, heading) => {
    let section = sections.get(heading) ?? '';
    const [, other] = /Look and act as for \[[^\]]+\]\(#([^)]+)\)/.exec(section) ?? [];
    if (other) section = [...sections].find(([name = '']) => runbookAnchor(name).endsWith(`#${other}`))?.[1] ?? '';
    const part = (label: string): string =>
      section
        .split(new RegExp(`^- \\*\\*${label}`, 'm'))
        .slice(1)
        .join('')
        .split(/^- \*\*(?!Do)/m)[0] ?? '';
    const first = (text: string) => /`(?:npm run )?keyroom (?:-- )?([^`]+)`/.exec(text)?.[1];
    const { words, command, undo, withoutClone } = advice[alarmName(id)]!;
    expect(words).not.toBe('');
    const typed = (text: string | undefined) => (text === undefined ? undefined : `npm run keyroom -- ${text}`);
    expect(command).toBe(typed(first(part('Do'))));
    expect(undo).toBe(typed(first(part('Undo'))));
    expect(withoutClone).toBe(/`(aws [^`]+)`/.exec(part('Without this clone'))?.[1]);
  });

  test('of the ceiling is to stop the app, and how to undo it', () => {
    expect(advice['volume-ceiling']).toMatchObject({
      command: 'npm run keyroom -- freeze <room> -e <env> --app <app>',
      undo: 'npm run keyroom -- unfreeze <room> -e <env>',
    });
    expect(advice['volume-jump']).toEqual(advice['volume-ceiling']);
  });

  test('fails when a section says nothing to do', () => {
    expect(() => runbookAdvice(runbook.replace(/^## The room cannot send$[^]*?^## /m, '## '))).toThrow(
      'the runbook says nothing to do under "The room cannot send"',
    );
  });
});
