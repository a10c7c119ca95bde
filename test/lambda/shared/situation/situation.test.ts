import type { Facts } from '../../../../lambda/shared/situation/facts.ts';
import { situationOf } from '../../../../lambda/shared/situation/situation.ts';
import { COUNTS, MINUTE, NOW, WELL } from '../../support/facts.ts';

const situation = (changes: Partial<Facts> = {}) => situationOf({ ...WELL, ...changes });
const whatIsWrong = (changes: Partial<Facts>) => situation(changes).findings.map(({ what }) => what);

const SHOP = { pk: 'app#shop', frozen: false };
const DESK = { pk: 'app#desk', frozen: false };

const NOBODY =
  'nobody is known to get a page: no subscription is confirmed, and no alarm has found a chat or pager to tell (keyroom import-subscribers)';

describe('situationOf', () => {
  test('a room that sends as usual is well, and nobody is told what to do', () => {
    expect(situation()).toMatchObject({ isWell: true, notKnown: [], findings: [], judgement: null });
  });

  test('shows the key, its age, and what still lives of the old ones', () => {
    const { sending } = { sending: { current: { versionId: 'v2', createdAt: NOW - 90 * MINUTE }, draining: 1 } };
    expect(situation({ credentials: { known: { sending, hasStandby: false } } }).key).toEqual({
      known: { versionId: 'v2', ageHours: 1.5, draining: 1, hasStandby: false },
    });
    expect(situation({ credentials: { known: null } }).key).toEqual({ known: null });
  });

  test.each(['room', 'apps', 'counts', 'alarms', 'reconcile', 'credentials', 'waiting', 'pager', 'drill'] as const)(
    'what is not known of %s is said, and everything else stays known',
    (source) => {
      const partial = situation({ [source]: { notKnown: 'AccessDenied' } });
      expect(partial.notKnown).toEqual([expect.stringMatching(/: AccessDenied$/)]);
      expect(partial).toMatchObject({ isWell: true, judgement: null });
      const figures = ['standing', 'counts', 'spend', 'comparison', 'key', 'waiting', 'pager', 'drill'] as const;
      const unknown = figures.filter((name) => 'notKnown' in partial[name]);
      const derivedFrom: Record<typeof source, readonly string[]> = {
        room: ['standing'],
        apps: ['standing', 'spend'],
        counts: ['counts'],
        alarms: [],
        reconcile: ['comparison'],
        credentials: ['key'],
        waiting: ['waiting'],
        pager: ['pager'],
        drill: ['drill'],
      };
      expect(unknown).toEqual(derivedFrom[source]);
    },
  );

  test('pages come before tickets, each with where to read on', () => {
    const alarm = { name: 'keyroom-test-alerts-x', runbook: 'docs/runbook.md#x', since: NOW - MINUTE };
    const { findings, isWell } = situation({
      alarms: {
        known: [
          { ...alarm, severity: 'ticket', summary: 'the key is old' },
          { ...alarm, severity: 'page', summary: 'the room cannot send' },
        ],
      },
    });
    expect(isWell).toBe(false);
    expect(findings).toMatchObject([
      {
        severity: 'page',
        what: 'the room cannot send',
        since: '2026-11-24T11:59:00.000Z',
        runbook: 'docs/runbook.md#x',
      },
      { severity: 'ticket', what: 'the key is old' },
    ]);
  });

  test('says what was set aside, and whom a page does not reach', () => {
    const waiting = { queued: 9, oldestSeconds: 30, deadMessages: 2, deadEvents: 1 };
    expect(
      whatIsWrong({ waiting: { known: waiting }, pager: { known: { confirmed: 0, pending: 1, chats: 0 } } }),
    ).toEqual([
      'messages that were set aside: 2 (keyroom redrive)',
      'events that were not told to those who listen: 1',
      NOBODY,
    ]);
    expect(whatIsWrong({ pager: { known: { confirmed: 1, pending: 1, chats: 0 } } })).toEqual([
      'subscriptions to pages that are not confirmed: 1',
    ]);
  });

  test.each([
    [0, 0, [NOBODY]],
    [
      0,
      2,
      [expect.stringMatching(/^pages reach chats and pagers alone, through one function: .*onCall\.pages/) as unknown],
    ],
    [1, 2, []],
    [1, 0, []],
  ])('of %d subscriptions and %d chats says what may keep a page from people', (confirmed, chats, expected) => {
    expect(whatIsWrong({ pager: { known: { confirmed, pending: 0, chats } } })).toEqual(expected);
  });

  test('a drill that failed is something wrong; that there was none yet is not', () => {
    expect(whatIsWrong({ drill: { known: { at: NOW, ok: false, seconds: null } } })).toHaveLength(1);
    expect(situation({ drill: { known: null } }).isWell).toBe(true);
  });

  test('more than usual is worth a look, and by itself nothing wrong', () => {
    const { isWell, findings, judgement } = situation({
      counts: { known: { ...COUNTS, room: { perMinute: 40, usualPerMinute: 5 } } },
    });
    expect({ isWell, severities: findings.map(({ severity }) => severity) }).toEqual({
      isWell: true,
      severities: ['note'],
    });
    expect(judgement).not.toBeNull();
  });
});

describe('standing', () => {
  test('says since when, by whom and why the room is frozen', () => {
    const room = {
      pk: 'room#state',
      frozen: true,
      since: '2026-11-24T11:50:00.000Z',
      by: { role: '111111111111:keyroom-test-alerts-on-call', session: 'ada' },
      reason: 'INC-1',
    };
    expect(situation({ room: { known: room } }).standing).toEqual({
      known: {
        frozen: true,
        last: { at: '2026-11-24T11:50:00.000Z', by: 'ada', reason: 'INC-1' },
        frozenApps: [],
        unregisteredApps: [],
        frozenCountries: [],
      },
    });
    expect(whatIsWrong({ room: { known: room } })).toEqual(['the room is frozen by ada (INC-1)']);
  });

  test('an app frozen by itself, one that is missing, and frozen countries are each told', () => {
    const room = { pk: 'room#state', 'frozen-SA': true };
    const apps = { shop: { ...SHOP, frozen: true, frozenByItself: true, 'frozen-AT': true }, desk: undefined };
    expect(situation({ room: { known: room }, apps: { known: apps } }).standing).toEqual({
      known: {
        frozen: false,
        last: null,
        frozenApps: ['shop'],
        unregisteredApps: ['desk'],
        frozenCountries: ['AT', 'SA'],
      },
    });
  });

  test("the apps' flags show a frozen room, also where the room's item is not there", () => {
    const frozen = { frozen: true, frozenByRoom: true };
    const apps = { shop: { ...SHOP, ...frozen }, desk: { ...DESK, ...frozen } };
    expect(situation({ apps: { known: apps } }).standing).toMatchObject({ known: { frozen: true, frozenApps: [] } });
  });
});
