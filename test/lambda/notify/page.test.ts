import { COMMANDS } from '../../../lambda/incident/commands.ts';
import type { NotifyPorts } from '../../../lambda/notify/ports.ts';
import { typedOf } from '../../../lambda/notify/use-cases/commands.ts';
import { pageOf } from '../../../lambda/notify/use-cases/page.ts';
import { adviceOn } from '../../../lambda/shared/situation/advice.ts';
import { type Facts } from '../../../lambda/shared/situation/facts.ts';
import type { Situation } from '../../../lambda/shared/situation/contract.ts';
import { situationOf } from '../../../lambda/shared/situation/situation.ts';
import { ROOM } from '../support/room.ts';
import { AT, change, createPorts, PLACE } from './support/ports.ts';

const RUNBOOK: NotifyPorts['runbook'] = {
  'volume-ceiling': {
    words: 'cut the app off',
    command: 'npm run keyroom -- freeze <room> -e <env> --app <app>',
    undo: 'npm run keyroom -- unfreeze <room> -e <env> --app <app>',
  },
  'cannot-send': { words: 'wait' },
  'app-key-expiring': {
    words: 'make another',
    withoutClone: 'aws lambda invoke --function-name keyroom-<env>-<room>-app-keys',
  },
  drill: { words: 'nothing' },
};
const known = (overrides: Partial<NotifyPorts> = {}) => createPorts([], { runbook: RUNBOOK, ...overrides }).ports;

const unknown = { notKnown: 'nobody asks' } as const;
const NOTHING: Facts = {
  now: AT,
  policy: { ...ROOM, environment: 'production', room: 'otp' },
  room: unknown,
  apps: unknown,
  counts: unknown,
  alarms: unknown,
  reconcile: unknown,
  lagMs: 0,
  credentials: unknown,
  waiting: unknown,
  pager: unknown,
  drill: unknown,
  egressAddresses: [],
};
const judged = (verdict: 'pumped' | 'leaked' | 'undecided', suspect: string | null = 'shop'): Situation => ({
  ...situationOf(NOTHING),
  judgement: { verdict, because: 'of this', ...adviceOn({ verdict }, NOTHING.policy, suspect) },
  spend: {
    known: {
      today: { used: 12_400_000, cap: 25_000_000, currency: 'USD' },
      caps: [
        {
          app: 'shop',
          limit: 'spend-per-day',
          unit: 'micro-units',
          used: 12_400_000,
          capacity: 25_000_000,
          resetsAt: '',
          exhaustedInSeconds: 1000,
        },
        {
          app: 'desk',
          limit: 'messages-per-day',
          unit: 'messages',
          used: 0,
          capacity: 10,
          resetsAt: '',
          exhaustedInSeconds: null,
        },
      ],
    },
  },
  leftToLose: { known: { micros: 12_600_000, currency: 'USD' } },
});

describe('pageOf', () => {
  test('says what, since when, by whom, how bad, what to type in every form, how to undo it and where to read on', () => {
    const page = pageOf(change(), 'new', judged('pumped'), known({ owners: { shop: 'Payments' } }));
    expect(page.text.split('\n')).toEqual([
      'PAGE otp (production): messages flow at more than 300 a minute',
      'since 2026-11-24T03:12:05.000Z',
      '',
      'verdict: PUMPED through an app, the key is safe: of this',
      'do not revoke or rotate: the key has not leaked, and every app would wait for nothing',
      '',
      'how bad: at most 12.6000 USD more can be sent through the door today',
      'shop: 12.4000 USD of 25.0000 USD spend-per-day, used up in 17 minutes at the present rate',
      '',
      'what to do:',
      'stop the app shop; the others go on: npm run keyroom -- freeze otp -e production --app shop',
      'then see who did what, and which messages were not ours: npm run keyroom -- audit otp -e production',
      '',
      'type:',
      'npm run keyroom -- freeze otp -e production --app shop',
      '',
      'without a clone:',
      ...(page.withoutClone ?? '').split('\n'),
      '',
      'undo:',
      'npm run keyroom -- unfreeze otp -e production --app shop',
      '',
      'runbook: docs/runbook.md#more-messages-than-the-ceiling',
      'owner of shop: Payments',
    ]);
    expect(page.withoutClone).toContain(
      '-d \'{"command":"freeze","arguments":{"app":"shop"}}\' https://door.example/operator/v1/jobs',
    );
    // The text is read more than once: what was frozen and unfrozen is frozen again.
    expect(page.withoutClone).toContain('-H "idempotency-key: $(date +%s)"');
    expect(page).toMatchObject({ verdict: 'pumped', state: 'alarm', isDrill: false, severity: 'page' });
  });

  test('says to revoke what has leaked, and has nothing to undo', () => {
    const page = pageOf(change(), 'new', judged('leaked'), known());
    expect([page.command, page.undo]).toEqual(['npm run keyroom -- revoke otp -e production', null]);
    expect(page.text).toContain('verdict: LEAKED');
  });

  test('says what the runbook says where nobody judges', () => {
    const page = pageOf(change(), 'new', undefined, known());
    expect(page).toMatchObject({
      verdict: null,
      command: 'npm run keyroom -- freeze otp -e production --app <app>',
      undo: 'npm run keyroom -- unfreeze otp -e production --app <app>',
    });
    expect(page.text).toContain('how bad: nobody knows at the moment');
    expect(page.text).toContain('what to do:\ncut the app off');
  });

  test('does not answer with a freeze what is no question of who sends', () => {
    const page = pageOf(change({ alarm: 'cannot-send' }), 'new', judged('pumped'), known());
    expect([page.verdict, page.command]).toEqual([null, null]);
    expect(page.text).toContain('what to do:\nwait');
  });

  test.each(['unknown-key', 'forbidden-in-logs'])(
    'keeps the own remedy of %s, a revocation, whatever else is judged at the time',
    (alarm) => {
      const command = 'npm run keyroom -- revoke <room> -e <env>';
      const runbook = { [alarm]: { words: 'end that key', command } };
      const page = pageOf(change({ alarm }), 'new', judged('pumped'), known({ runbook }));
      expect([page.verdict, page.command]).toEqual([null, 'npm run keyroom -- revoke otp -e production']);
      expect(page.text).toContain('what to do:\nend that key');
      expect(page.text).not.toMatch(/verdict|do not revoke/);
    },
  );

  test.each(['volume-ceiling', 'volume-jump', 'volume-unusual', 'spend-at-risk', 'surplus'])(
    'asks of %s who sends, whatever the runbook says',
    (alarm) => {
      expect(pageOf(change({ alarm }), 'new', judged('pumped'), known({ runbook: {} })).verdict).toBe('pumped');
    },
  );

  test('has the AWS command line where the door has no such command, or the room no door', () => {
    const expiring = change({ alarm: 'app-key-expiring', severity: 'ticket' });
    expect(pageOf(expiring, 'new', undefined, known()).withoutClone).toContain('keyroom-production-otp-app-keys');
    const place = { ...PLACE, door: undefined };
    expect(pageOf(change(), 'new', undefined, known({ place })).withoutClone).toBeNull();
  });

  test('marks a drill in its first word, judges nothing and asks for nothing', () => {
    const page = pageOf(change({ alarm: 'drill', summary: 'nothing has happened' }), 'new', judged('leaked'), known());
    expect(page.title).toBe('DRILL otp (production): nothing has happened');
    expect(page).toMatchObject({ isDrill: true, verdict: null, command: null });
    expect(page.text).not.toMatch(/verdict|how bad/);
  });

  test('says that it has ended, and nothing to do', () => {
    const page = pageOf(change({ state: 'OK' }), 'new', judged('pumped'), known());
    expect(page.text).toBe(
      'PAGE otp (production): ended: messages flow at more than 300 a minute\nsince 2026-11-24T03:12:05.000Z',
    );
  });
});

describe('typedOf', () => {
  const place = { environment: 'production', room: 'otp' };
  const jobOf = (rest: string, command = 'revoke') =>
    typedOf({ words: '', command: `npm run keyroom -- ${command} <room> -e <env>${rest}` }, place).job;

  test.each([
    ['freeze', ' --app <app>', { app: '<app>' }],
    ['freeze', ' --country <CC>', { country: '<CC>' }],
    ['unfreeze', ' --app shop', { app: 'shop' }],
    ['revoke', '', {}],
    ['revoke', ' --managing', { credential: 'managing' }],
    // It says how long to watch, and nothing of what is done.
    ['rotate', ' --until-retired', {}],
  ])('has of %s%s the job that does the same', (command, rest, args) => {
    expect(jobOf(rest, command)).toEqual({ command, arguments: args });
    expect(COMMANDS[command]?.takes).toEqual(expect.arrayContaining(Object.keys(args)));
  });

  test.each([
    ['revoke', ' --force'],
    ['revoke', ' --app shop'],
    ['revoke', ' --managing now'],
    ['freeze', ' --app'],
    ['rotate', ' --until-retired --resume'],
    ['freeze', ' --country <CC> and more'],
    ['drill', ''],
    ['keys', ''],
  ])('has no job for %s%s, which the door does not do', (command, rest) => {
    expect(jobOf(rest, command)).toBeNull();
  });

  test('names the room in words, too', () => {
    expect(typedOf({ words: 'see keyroom keys <room> -e <env>' }, place).words).toBe(
      'see keyroom keys otp -e production',
    );
  });
});

test('the page of an unknown key asks for the same at the door as in a clone', () => {
  const runbook = {
    'unknown-key': { words: 'end it', command: 'npm run keyroom -- revoke <room> -e <env> --managing' },
  };
  const page = pageOf(change({ alarm: 'unknown-key' }), 'new', undefined, known({ runbook }));
  expect(page.command).toBe('npm run keyroom -- revoke otp -e production --managing');
  expect(page.withoutClone).toContain(`-d '{"command":"revoke","arguments":{"credential":"managing"}}'`);
});
