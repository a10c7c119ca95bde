import { begun, type ReconcileState, type Surplus } from '../../../../lambda/shared/reconcile-state.ts';
import type { Flow } from '../../../../lambda/shared/situation/contract.ts';
import type { Facts, RaisedAlarm } from '../../../../lambda/shared/situation/facts.ts';
import { situationOf } from '../../../../lambda/shared/situation/situation.ts';
import { COUNTS, MINUTE, NOW, WELL } from '../../support/facts.ts';

const DAY = 24 * 60 * MINUTE;
const raised = (id: string, minutesAgo: number): RaisedAlarm => ({
  name: `keyroom-test-alerts-${id}`,
  severity: 'page',
  summary: 'x',
  runbook: null,
  since: NOW - minutesAgo * MINUTE,
});
const alarms = (...known: readonly RaisedAlarm[]): Partial<Facts> => ({ alarms: { known } });
const flow = (perMinute: number, usualPerMinute: number | null): Flow => ({ perMinute, usualPerMinute });
const sending = (room: Flow, apps: Readonly<Record<string, Flow>>): Partial<Facts> => ({
  counts: { known: { ...COUNTS, room, apps } },
});
const found = (minutesAgo: number, changes: Partial<ReconcileState> = {}): Partial<Facts> => {
  const surplus: Surplus = {
    ...{ count: 3, micros: 90_000, currency: 'USD', countries: { AT: 3 } },
    ...{ since: NOW - 600 * MINUTE, lastFoundAt: NOW - minutesAgo * MINUTE },
  };
  return { reconcile: { known: { ...begun(NOW - DAY), checkedUntil: NOW - 6 * MINUTE, surplus, ...changes } } };
};
const keyMade = (minutesAgo: number, draining = 0): Partial<Facts> => ({
  credentials: {
    known: {
      sending: { current: { versionId: 'version-2', createdAt: NOW - minutesAgo * MINUTE }, draining },
      hasStandby: false,
    },
  },
});

const REVOKE = ['revoke alerts -e test', 'audit alerts -e test'];
const FREEZE_DESK = ['freeze alerts -e test --app desk', 'audit alerts -e test'];
const LOOK = 'status alerts -e test --watch';
const QUIET = sending(flow(0, 5), { shop: flow(0, 3), desk: flow(0, 2) });
const FIRST_DAY = sending(flow(12, null), { shop: flow(12, null), desk: flow(0, null) });
const USED_UP = {
  shop: {
    ...{ pk: 'app#shop', frozen: false },
    'messages-per-day-start': Math.floor(NOW / DAY) * (DAY / 1000),
    'messages-per-day-used': 100,
  },
};
const BUSY = sending(flow(375, 280), { shop: flow(330, 280), desk: flow(45, null) });

interface Expected {
  readonly verdict: 'pumped' | 'leaked' | 'undecided' | null;
  readonly commands: readonly string[];
  readonly isWell: boolean;
}
const nothing: Expected = { verdict: null, commands: [], isWell: true };
const leaked: Expected = { verdict: 'leaked', commands: REVOKE, isWell: false };

/** By what happened: the verdict, and what a person on call is told to type. */
const SITUATIONS: Readonly<Record<string, readonly [Partial<Facts>, Expected]>> = {
  'the provider has what we did not send': [{ ...found(1), ...keyMade(2 * 24 * 60) }, leaked],
  'the key was replaced since, and nothing more was found': [{ ...found(60), ...keyMade(50) }, nothing],
  'the key was replaced, and the old one still lives': [{ ...found(60), ...keyMade(50, 1) }, leaked],
  'the key was replaced, and more was found long after': [{ ...found(1), ...keyMade(50) }, leaked],
  'found just after the key was replaced, and the old one may still show': [
    { ...found(2), ...keyMade(6) },
    { verdict: 'undecided', commands: [LOOK], isWell: false },
  ],
  'found just after the key was replaced, and nothing since': [{ ...found(48), ...keyMade(50) }, nothing],
  'which key sends is not known': [{ ...found(60), credentials: { notKnown: 'timeout' } }, leaked],
  'a flood after the key was replaced is one of its own': [
    { ...found(60), ...keyMade(50), ...BUSY, ...alarms(raised('volume-jump', 20)) },
    { verdict: 'pumped', commands: FREEZE_DESK, isWell: false },
  ],
  'a cap was used up days ago, and nobody sends': [
    { ...QUIET, ...alarms(raised('spend-at-risk', 3 * 24 * 60)) },
    { verdict: null, commands: [], isWell: false },
  ],
  'an app has used up its messages of today, and stands still': [
    { ...QUIET, apps: { known: { ...USED_UP, desk: { pk: 'app#desk', frozen: false } } } },
    { verdict: null, commands: [], isWell: false },
  ],
  'a cap was used up days ago, and a flood began a minute ago, of which nothing is compared yet': [
    { ...BUSY, ...alarms(raised('spend-at-risk', 3 * 24 * 60), raised('volume-jump', 1)) },
    { verdict: 'undecided', commands: ['freeze alerts -e test --app desk', LOOK], isWell: false },
  ],
  'a cap is used up by an app that sends more than usual, in a room that does not': [
    {
      ...sending(flow(325, 281), { shop: flow(280, 280), desk: flow(45, 1) }),
      ...alarms(raised('spend-at-risk', 20)),
    },
    { verdict: 'undecided', commands: ['freeze alerts -e test --app desk', LOOK], isWell: false },
  ],
  'the busiest app sends a little more than usual, and another one very much': [
    { ...BUSY, ...alarms(raised('volume-ceiling', 20)) },
    { verdict: 'pumped', commands: FREEZE_DESK, isWell: false },
  ],
  'of two apps, the one furthest above its usual is stopped first': [
    {
      ...sending(flow(900, 110), { shop: flow(500, 100), desk: flow(400, 10) }),
      ...alarms(raised('volume-ceiling', 20)),
    },
    { verdict: 'pumped', commands: FREEZE_DESK, isWell: false },
  ],
  'a flood that has ebbed away, where no app stands out any more': [
    { ...QUIET, ...alarms(raised('volume-ceiling', 20)) },
    { verdict: 'pumped', commands: [LOOK, 'audit alerts -e test'], isWell: false },
  ],
  'a flood, while nobody knows which app sends it': [
    { counts: { notKnown: 'Throttling' }, ...alarms(raised('volume-ceiling', 20)) },
    { verdict: 'pumped', commands: ['freeze alerts -e test', 'audit alerts -e test'], isWell: false },
  ],
  'the first messages of a room, of which nobody knows what is usual': [FIRST_DAY, nothing],
  'a flood on the first day of a room': [
    {
      ...sending(flow(412, null), { shop: flow(12, null), desk: flow(400, null) }),
      ...alarms(raised('volume-ceiling', 20)),
    },
    { verdict: 'pumped', commands: FREEZE_DESK, isWell: false },
  ],
  'an alarm about keys, in a room that is named after volume': [
    {
      policy: { ...WELL.policy, room: 'volume-x' },
      alarms: { known: [{ ...raised('x', 20), name: 'keyroom-test-volume-x-key-refused' }] },
    },
    { verdict: null, commands: [], isWell: false },
  ],
};

describe('what a person on call is told to do', () => {
  test.each(Object.entries(SITUATIONS))('%s', (_what, [changes, expected]) => {
    const { judgement, isWell } = situationOf({ ...WELL, ...changes });
    expect({
      verdict: judgement?.verdict ?? null,
      commands: judgement?.do.map(({ command }) => command.replace('npm run keyroom -- ', '')) ?? [],
      isWell,
    }).toEqual(expected);
  });

  test('a leak that has ended is told as such, with when', () => {
    const { findings } = situationOf({ ...WELL, ...found(60), ...keyMade(50) });
    expect(findings).toEqual([
      {
        severity: 'note',
        what: 'the provider had what the room did not send; that ended when the key was replaced, 2026-11-24T11:10:00.000Z',
        since: '2026-11-24T02:00:00.000Z',
        runbook: null,
      },
    ]);
  });

  test('what may still show of a key that was replaced is waited for', () => {
    const { judgement } = situationOf({ ...WELL, ...found(2), ...keyMade(6) });
    expect(judgement?.because).toMatch(/the old key.* may be found until 2026-11-24T12:09:00\.000Z/);
    expect(judgement?.doNot.join()).toMatch(/do not revoke again/);
  });
});
