import { begun, type ReconcileState, type Surplus } from '../../../../lambda/shared/reconcile-state.ts';
import type { Facts, RaisedAlarm } from '../../../../lambda/shared/situation/facts.ts';
import { judge } from '../../../../lambda/shared/situation/judgement.ts';
import { situationOf } from '../../../../lambda/shared/situation/situation.ts';
import { COUNTS, MINUTE, NOW, WELL } from '../../support/facts.ts';

const raised = (id: string, since = NOW - 20 * MINUTE): RaisedAlarm => ({
  name: `keyroom-test-alerts-${id}`,
  severity: 'page',
  summary: 'x',
  runbook: null,
  since,
});
const FLOOD: Partial<Facts> = { alarms: { known: [raised('volume-ceiling')] } };
const SURPLUS: Surplus = {
  count: 3,
  micros: 90_000,
  currency: 'USD',
  countries: { AT: 2, SA: 1 },
  since: NOW - 30 * MINUTE,
  lastFoundAt: NOW - MINUTE,
};
const compared = (changes: Partial<ReconcileState> = {}): Facts['reconcile'] => ({
  known: { ...begun(NOW - 600 * MINUTE), checkedUntil: NOW - 6 * MINUTE, ...changes },
});
const judged = (changes: Partial<Facts>) => judge({ ...WELL, ...changes });
const commands = (changes: Partial<Facts>) => judged(changes)?.do.map(({ command }) => command);

describe('judge', () => {
  test('nothing asks who sends while there is no flood and nothing foreign', () => {
    expect(judged({ alarms: { known: [raised('key-refused')] } })).toBeNull();
  });

  test('pumped, when the provider has no more than we sent: the app goes, the key stays', () => {
    const flood = { ...FLOOD, reconcile: compared() };
    expect(judged(flood)).toMatchObject({ verdict: 'pumped' });
    const apps = { shop: { perMinute: 300, usualPerMinute: 280 }, desk: { perMinute: 90, usualPerMinute: 2 } };
    const counts = { known: { ...COUNTS, apps } };
    expect(commands({ ...flood, counts })).toEqual([
      'npm run keyroom -- freeze alerts -e test --app desk',
      'npm run keyroom -- audit alerts -e test',
    ]);
    const [first] = judged({ ...flood, counts })?.do ?? [];
    expect(first).toMatchObject({
      undo: 'npm run keyroom -- unfreeze alerts -e test --app desk',
      job: { command: 'freeze', arguments: { app: 'desk' } },
    });
    expect(judged(flood)?.doNot.join()).toMatch(/revoke/);
  });

  test('the room is what is stopped where no app stands out', () => {
    expect(commands({ ...FLOOD, counts: { notKnown: 'Throttling' } })?.[0]).toBe(
      'npm run keyroom -- freeze alerts -e test',
    );
  });

  test('leaked, when the provider has more: the key goes, and a freeze is no answer', () => {
    const leak = { reconcile: compared({ surplus: SURPLUS }) };
    expect(judged(leak)).toMatchObject({
      verdict: 'leaked',
      because: 'the provider has 3 messages that the room did not send (2 to AT, 1 to SA): the key is used elsewhere',
    });
    expect(commands(leak)?.[0]).toBe('npm run keyroom -- revoke alerts -e test');
    expect(judged(leak)?.doNot.join()).toMatch(/do not freeze instead/);
    expect(situationOf({ ...WELL, ...leak }).isWell).toBe(false);
  });

  test('leaked also where the provider shows money alone', () => {
    const surplus = { ...SURPLUS, count: 0, countries: {} };
    expect(judged({ reconcile: compared({ surplus }) })).toMatchObject({
      verdict: 'leaked',
      because: expect.stringContaining('charged money') as string,
    });
  });

  test.each<[string, Facts['reconcile'], RegExp]>([
    ['nothing was compared yet', { known: undefined }, /never compared/],
    ['the room is never compared', { known: 'not-compared' }, /shares the account/],
    ['what came of it is not known', { notKnown: 'timeout' }, /not known: timeout/],
    ['the comparison is behind', compared({ checkedUntil: NOW - 60 * MINUTE }), /behind/],
    [
      'others are expected to send',
      compared({ surplus: SURPLUS, learning: { since: 0, until: NOW + MINUTE, senders: {} } }),
      /others are expected/,
    ],
  ])('undecided, while %s: what can be undone comes first', (_what, reconcile, because) => {
    const judgement = judged({ ...FLOOD, reconcile });
    expect(judgement).toMatchObject({ verdict: 'undecided', because: expect.stringMatching(because) as string });
    expect(judgement?.doNot.join()).toMatch(/do not revoke yet/);
  });

  test('undecided while the provider cannot show yet what was sent since it began', () => {
    const since = NOW - 3 * MINUTE;
    expect(judged({ alarms: { known: [raised('volume-jump', since)] }, reconcile: compared() })).toMatchObject({
      verdict: 'undecided',
      because: expect.stringContaining('does not show yet') as string,
    });
  });
});
