import { AUDIT_PARTS, type AuditPage, type AuditPart } from '../../../lambda/audit/contract.ts';
import { createHandler } from '../../../lambda/audit/handler.ts';
import { createJobStore } from '../../../lambda/incident/job-table.ts';
import type { Plain } from '../../../lambda/shared/aws/attribute-value.ts';
import { iso } from '../../../lambda/shared/clock.ts';
import { createReconcileStore } from '../../../lambda/shared/dynamodb-reconcile.ts';
import { sentKeysOf } from '../../../lambda/shared/sent-keys.ts';
import { createWitnessBook } from '../../../lambda/witness/witness-book.ts';
import { bodyOf, doorEvent } from '../support/door.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createFakeTable } from '../support/fake-table.ts';

const ON_CALL = '111111111111:keyroom-test-alerts-on-call';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const createAudit = () => {
  const clock = createFakeClock();
  const table = createFakeTable();
  const queries: string[] = [];
  const counting = {
    ...table,
    queryIndex: (...args: Parameters<typeof table.queryIndex>) => {
      queries.push(args[0]);
      return table.queryIndex(...args);
    },
  };
  const log = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
  const handler = createHandler(() => ({ table: counting, clock, askers: [ON_CALL], log }));
  const ask = async (query: Record<string, string>, role = 'keyroom-test-alerts-on-call') => {
    const event = doorEvent({ userArn: `arn:aws:sts::111111111111:assumed-role/${role}/ann`, headers: {}, body: null });
    const answer = await handler({ ...event, queryStringParameters: query });
    return { status: answer.statusCode, body: bodyOf(answer) as unknown as AuditPage & Record<string, unknown> };
  };
  const now = clock.now();
  const all = async <P extends AuditPart>(part: P, from = now - DAY, until = now + HOUR) => {
    const [entries, pages]: [AuditPage<P>['entries'][number][], number[]] = [[], []];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = {
        part,
        since: iso(from),
        until: iso(until),
        ...(cursor !== null && { cursor }),
      };
      const { status, body } = await ask(query);
      expect(status).toBe(200);
      entries.push(...(body.entries as AuditPage<P>['entries']));
      pages.push(body.entries.length);
      cursor = body.next;
    } while (cursor !== null);
    return { entries, pages };
  };
  const send = (id: string, at: number, rest: Record<string, Plain> = {}) =>
    table.items.set(`message#${id}`, {
      pk: `message#${id}`,
      id,
      app: 'shop',
      state: 'accepted',
      channel: 'sms',
      country: 'AE',
      lastTwo: '01',
      cost: { micros: 35_000, currency: 'USD' },
      versionId: 'version-1',
      providerMessageId: `provider-${id}`,
      reference: 'order-of-somebody',
      numberHash: 'hash-of-the-number',
      sealed: 'sealed-number-and-text',
      from: 'Acme',
      ...sentKeysOf(id, at),
      ...rest,
    });
  return { clock, table, now, all, ask, send, queries };
};

describe('the audit', () => {
  test('tells what people did, with who, from where and why', async () => {
    const { all, table, clock, now } = createAudit();
    const caller = { role: ON_CALL, session: 'ann', address: '198.51.100.7' };
    const job = { id: 'job_1', command: 'freeze', arguments: { app: 'shop' }, caller, reason: 'INC-1' };
    const step = { name: 'flag of the app', state: 'done', detail: 'no message is admitted', at: iso(now) } as const;
    await createJobStore(table, clock).note({ job, step });
    expect((await all('actions')).entries).toEqual([
      {
        at: iso(now),
        command: 'freeze',
        arguments: { app: 'shop' },
        step: step.name,
        detail: step.detail,
        reason: 'INC-1',
        job: 'job_1',
        by: caller,
      },
    ]);
  });

  test('tells who was seen, what the provider has of others, and where keys stand', async () => {
    const { all, table, now } = createAudit();
    const seen = {
      kind: 'decoy',
      at: iso(now),
      what: 'GetSecretValue',
      on: 'decoy',
      by: 'arn:aws:iam::1:user/x',
      from: '203.0.113.1',
      isRefused: true,
    } as const;
    await createWitnessBook(table).keep('event-1', seen);
    await createReconcileStore(table).note({
      id: 'theirs',
      at: now,
      country: 'LV',
      from: 'Thief',
      micros: 5,
      currency: 'EUR',
    });
    const key = { versionId: 'version-1', providerKeyId: 'key-1', state: 'active', since: iso(now) };
    const state = JSON.stringify({ keys: [{ ...key, managedBy: 'somebody' }], claim: { by: 'x' } });
    table.items.set('rotation#sending', { pk: 'rotation#sending', revision: 1, state });
    expect((await all('sightings')).entries).toEqual([seen]);
    expect((await all('foreign')).entries).toEqual([
      { at: iso(now), providerMessageId: 'theirs', country: 'LV', from: 'Thief', cost: { micros: 5, currency: 'EUR' } },
    ]);
    expect((await all('keys')).entries).toEqual([key]);
  });

  test('tells of a message which it was and what it cost; never its number, text or reference', async () => {
    const { all, send, now } = createAudit();
    send('msg_1', now);
    const { entries } = await all('messages');
    expect(entries).toEqual([
      {
        at: iso(now),
        id: 'msg_1',
        app: 'shop',
        status: 'accepted',
        channel: 'sms',
        country: 'AE',
        lastTwo: '01',
        cost: { micros: 35_000, currency: 'USD' },
        versionId: 'version-1',
        providerMessageId: 'provider-msg_1',
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/hash-of|sealed-|order-of|Acme/);
  });

  test('misses none and tells none twice, however many there are, and holds a page at a time', async () => {
    const { all, send, now } = createAudit();
    const count = 731;
    for (let i = 0; i < count; i++) send(`msg_${String(i).padStart(3, '0')}`, now - (i % 7) * 600_000 - (i % 3));
    const { entries, pages } = await all('messages');
    expect(new Set(entries.map(({ id }) => id)).size).toBe(count);
    expect(entries).toHaveLength(count);
    expect(Math.max(...pages)).toBeLessThanOrEqual(100);
  });

  test('looks into few parts of an index at a time, and a week is gone through nevertheless', async () => {
    const { all, send, queries, now } = createAudit();
    send('msg_old', now - 6 * DAY);
    const { entries, pages } = await all('messages', now - 7 * DAY);
    expect(entries.map(({ id }) => id)).toEqual(['msg_old']);
    expect(queries.length / pages.length).toBeLessThanOrEqual(64);
  });

  test('counts the first moment and not the last', async () => {
    const { all, send, now } = createAudit();
    for (const [id, at] of [
      ['before', -1],
      ['first', 0],
      ['inside', 1],
      ['last', 1000],
    ] as const)
      send(id, now - HOUR + at);
    const { entries } = await all('messages', now - HOUR, now - HOUR + 1000);
    expect(entries.map(({ id }) => id)).toEqual(['first', 'inside']);
  });

  test.each<[string, Record<string, string>]>([
    ['part', { part: 'everything' }],
    ['since', { since: 'yesterday' }],
    ['until', { until: '2026-11-01T00:00:00Z' }],
    ['cursor', { cursor: 'anything' }],
  ])('says that %s is wrong, and what it may be', async (field, rest) => {
    const { ask } = createAudit();
    const { status, body } = await ask({
      part: 'actions',
      since: '2026-11-24T00:00:00Z',
      until: '2026-11-25T00:00:00Z',
      ...rest,
    });
    expect([status, body.field]).toEqual([400, field]);
  });

  test.each(AUDIT_PARTS)('answers nobody but those on call about %s', async (part) => {
    const { ask } = createAudit();
    const query = { part, since: '2026-11-24T00:00:00Z', until: '2026-11-25T00:00:00Z' };
    expect((await ask(query, 'administrator')).status).toBe(403);
  });
});
