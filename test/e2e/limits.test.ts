import { randomUUID } from 'node:crypto';
import { createDynamoDb } from '../../lambda/shared/aws/dynamodb.ts';
import { appKey, createUnitLedger } from '../../lambda/shared/ledger-units.ts';
import type { UnitsResult } from '../../lambda/shared/unit-ledger.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { asAdministrator } from './support/administrator.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

const CALLERS = 200;
const CAPACITY = 50;
const DAY = 86_400;

const kinds = (results: readonly UnitsResult[], kind: UnitsResult['kind']) =>
  results.filter((result) => result.kind === kind).length;

describe('limits on the real table', () => {
  const stage = openStage();
  const now = Math.floor(Date.now() / 1000);
  const window = { start: now - (now % DAY), length: DAY, units: 1, capacity: CAPACITY };

  /** The room's own ledger, under an app of its own; as somebody who may do anything to the table. */
  const openLedger = async () => {
    const table = createDynamoDb({
      ...(await asAdministrator(stage)),
      tableName: stage.room('otp').tableName,
      timeoutMs: 30_000,
    });
    const app = `load-${randomUUID()}`;
    await table.putItem({ pk: appKey(app), frozen: false });
    return { app, table, ledger: createUnitLedger(table) };
  };

  test.each([
    ["the app's own window", {}],
    ['the window of a recipient', { item: `recipient#${randomUUID()}` }],
  ])('of 200 callers at once exactly as many take from %s as it holds', async (_whose, where) => {
    const { app, ledger } = await openLedger();
    const take = { ...window, ...where, limit: 'messages-per-day' };
    const results = await Promise.all(Array.from({ length: CALLERS }, () => ledger.take(app, [take], 'AE')));
    expect([kinds(results, 'taken'), kinds(results, 'exhausted')]).toEqual([CAPACITY, CALLERS - CAPACITY]);
    const seen = await ledger.look(app, [take]);
    expect(seen.kind === 'seen' && seen.windows[0]?.left).toBe(0);
  });

  test('what one item refuses, the other has again in the end', async () => {
    const { app, ledger } = await openLedger();
    const own = { ...window, capacity: CALLERS, limit: 'messages-per-day' };
    const narrow = { ...window, limit: 'messages-per-recipient-per-day', item: `recipient#${randomUUID()}` };
    const results = await Promise.all(Array.from({ length: CALLERS }, () => ledger.take(app, [own, narrow], 'AE')));
    expect(kinds(results, 'taken')).toBe(CAPACITY);
    const seen = await ledger.look(app, [own, narrow]);
    expect(seen.kind === 'seen' && seen.windows.map(({ left }) => left)).toEqual([CALLERS - CAPACITY, 0]);
  });

  test('an answer says what is left, and what the message costs at most', async () => {
    await importOnce(stage);
    const sent = await post(stage, ['otp', 'checkout'], sms('x'.repeat(161)));
    expect(sent.body).toMatchObject({ segments: 2, cost: { amount: '0.0700', currency: 'USD', basis: 'estimate' } });
    expect(sent.headers.get('ratelimit-policy')).toContain('"messages-per-day";q=100000;w=86400');
    expect(sent.headers.get('ratelimit')).toMatch(/"messages-per-day";r=\d+;t=\d+/);
  });

  test('an app is told its usage, and what a message would come to, without taking anything', async () => {
    await importOnce(stage);
    const [room, app] = ['otp', 'checkout'] as const;
    const usage = async () => {
      const { status, body } = await stage.app(room, app)({ method: 'GET', path: '/v1/usage' });
      expect([status, body.app, body.frozen]).toEqual([200, app, false]);
      const limits = body.limits as readonly { readonly limit: string; readonly used: number | null }[];
      return limits.find(({ limit }) => limit === 'messages-per-day')?.used ?? Number.NaN;
    };
    const before = await usage();
    const tried = await post(stage, [room, app], { ...sms(), dryRun: true });
    expect(tried.status).toBe(200);
    expect(tried.body).toMatchObject({
      dryRun: true,
      wouldSend: true,
      to: 'AE…01',
      segments: 1,
      cost: { amount: '0.0350' },
    });
    expect(await usage()).toBe(before);
    await post(stage, [room, app], sms());
    expect(await usage()).toBe(before + 1);
  });
});
