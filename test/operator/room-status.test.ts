import { statusCurl } from '../../lambda/shared/on-call/contract.ts';
import { begun } from '../../lambda/shared/reconcile-state.ts';
import type { Facts } from '../../lambda/shared/situation/facts.ts';
import { situationOf } from '../../lambda/shared/situation/situation.ts';
import { describeSituation } from '../../operator/describe-situation.ts';
import { exitCodeOf, type RoomStatus, statusTable } from '../../operator/room-status.ts';
import { COUNTS, MINUTE, NOW, WELL } from '../lambda/support/facts.ts';
import { roomWithLimits } from '../lambda/support/room.ts';

const situation = (changes: Partial<Facts> = {}) => situationOf({ ...WELL, ...changes });
const status = (changes: Partial<Facts> = {}): RoomStatus => ({ room: 'alerts', known: situation(changes) });
const PLAIN = { alarm: (text: string) => text, strong: (text: string) => text };
const described = (changes: Partial<Facts>) =>
  describeSituation(situation(changes), ['pumping, a day: 20.00 USD'], PLAIN);

const PRICED = {
  ...roomWithLimits({ spendPerDay: 9_000_000_000 }),
  prices: { currency: 'USD', micros: { AE: { sms: 30_000, whatsapp: 1 }, SA: { sms: 40_000, whatsapp: 1 } } },
};
const LEAK: Partial<Facts> = {
  reconcile: {
    known: {
      ...begun(NOW - 600 * MINUTE),
      checkedUntil: NOW - 6 * MINUTE,
      surplus: { count: 1, micros: 1, currency: null, countries: { AT: 1 }, since: NOW, lastFoundAt: NOW },
    },
  },
};
const FLOOD: Partial<Facts> = {
  policy: PRICED,
  counts: {
    known: {
      ...COUNTS,
      room: { perMinute: 400, usualPerMinute: 5.25 },
      apps: { ...COUNTS.apps, shop: { perMinute: 399, usualPerMinute: 3.25 } },
    },
  },
};
const PUMPED: Partial<Facts> = {
  ...FLOOD,
  alarms: {
    known: [
      {
        name: 'keyroom-test-alerts-volume-ceiling',
        severity: 'page',
        summary: 'messages flow',
        runbook: 'docs/runbook.md#x',
        since: NOW - 20 * MINUTE,
      },
    ],
  },
};
const FROZEN: Partial<Facts> = { room: { known: { pk: 'room#state', frozen: true } } };

describe('the table of rooms', () => {
  test('has a line for each room, and one that does not answer hides no other', () => {
    const table = statusTable([status(), { room: 'late-notices', notKnown: 'no answer' }, status(FROZEN)]);
    const lines = table.split('\n').slice(3, -1);
    expect(lines).toEqual([
      expect.stringMatching(/alerts .*open .*4 \(5\) .*no cap .*version- 2 d .*yes/),
      expect.stringMatching(/late-notices .*no answer/),
      expect.stringMatching(/alerts .*FROZEN/),
    ]);
  });

  test.each<[string, Partial<Facts>]>([
    ['LEAKED', LEAK],
    ['PUMPED', PUMPED],
    ['UNDECIDED', FLOOD],
    ['FROZEN', { ...LEAK, ...FROZEN }],
    ['WRONG', { pager: { known: { confirmed: 0, pending: 1, chats: 0 } } }],
    ['\\?', { room: { notKnown: 'timeout' } }],
  ])('says %s', (word, changes) => {
    expect(statusTable([status(changes)])).toMatch(new RegExp(`alerts +│ ${word} `));
  });

  test('fits into 80 columns, whatever the figures are', () => {
    const table = statusTable([
      status(FLOOD),
      { room: 'a-room-with-a-long-name', notKnown: 'x' },
      status({ counts: { known: { ...COUNTS, room: { perMinute: 123_456, usualPerMinute: 98_765.4 } } } }),
    ]);
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('the exit code', () => {
  const broken: RoomStatus = { room: 'other', notKnown: 'no answer' };
  test.each<[number, string, readonly RoomStatus[]]>([
    [0, 'all is well', [status(), status()]],
    [1, 'something is wrong', [status(), status(LEAK)]],
    [1, 'a room does not answer', [status(), broken]],
    [1, 'something is wrong and something not known', [status({ ...LEAK, drill: { notKnown: 'x' } })]],
    [3, 'nothing is wrong and something not known', [status({ drill: { notKnown: 'x' } })]],
  ])('is %d when %s', (code, _when, rooms) => {
    expect(exitCodeOf(rooms)).toBe(code);
  });
});

describe('the description of a room', () => {
  test('begins with the verdict, with what to do and what not to do', () => {
    const text = described(LEAK);
    expect(text.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^LEAKED: the provider has 1 messages/),
      expect.stringMatching(/1\. kill the key/),
      expect.stringMatching(/npm run keyroom -- revoke alerts -e test/),
    ]);
    expect(text).toMatch(/do not freeze instead/);
  });

  test('says how a freeze is undone', () => {
    expect(described(FLOOD)).toMatch(/to undo it: npm run keyroom -- unfreeze alerts -e test/);
  });

  test('shows every figure, and what is left to lose', () => {
    const text = described(FLOOD);
    for (const line of [
      /sent a minute: +400, usual 5\.3/,
      /of that: +shop 399 \(usual 3\.3\), desk 1 \(usual 2\)/,
      /nearest cap: +shop messages-per-day: 0 of 100/,
      /unknown: +0 outcomes in 24 h, 0 for good/,
      /waiting: +0/,
      /key: +version-1, 2 d old; a standby waits/,
      /compared until: +11:54:00 UTC/,
      /last drill: +2026-11-23 12:00 UTC, a page after 21 s/,
      /sends from: +192\.0\.2\.1, 192\.0\.2\.2/,
      /through the door, today: at most \d+\.\d\d USD more/,
      /pumping, a day: 20\.00 USD/,
    ]) {
      expect(text).toMatch(line);
    }
  });

  test('says what is not known instead of a figure', () => {
    const text = described({ waiting: { notKnown: 'AccessDenied' } });
    expect(text).toMatch(/not known:\n {2}- what waits: AccessDenied/);
    expect(text).not.toMatch(/waiting:/);
  });
});

test('the same as a command for any shell asks the door and nothing else', () => {
  const curl = statusCurl('https://door/operator', 'eu-central-1', 'arn:aws:iam::1:role/on-call');
  expect(curl).toMatch(/--aws-sigv4 aws:amz:eu-central-1:execute-api .*\n.* https:\/\/door\/operator\/v1\/status$/);
  expect(curl).toContain('--role-arn arn:aws:iam::1:role/on-call');
  expect(curl).not.toMatch(/ -d /);
});
