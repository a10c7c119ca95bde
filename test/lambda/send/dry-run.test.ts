import { sendMessage } from '../../../lambda/send/send-message.ts';
import { problemOf } from '../support/results.ts';
import { ABROAD, roomWithLimits, SMS } from '../support/room.ts';
import { awsFailure, createWorld, type World } from '../support/world.ts';

const PRICES = { currency: 'USD', micros: { AE: { sms: 35_000 } } };

const tryOut = (world: World, body: object = SMS) =>
  sendMessage(world.ports, {
    app: 'shop',
    idempotencyKey: '',
    body: { ...body, dryRun: true },
    requestId: 'r-1',
    deadline: world.clock.monotonic() + 9500,
  });

const reportOf = (result: Awaited<ReturnType<typeof tryOut>>) => {
  if (result.kind !== 'dry-run') throw new Error(`got ${JSON.stringify(result)}`);
  return result.report;
};

describe('a dry run', () => {
  test('prices, counts segments, says what is left, and changes nothing', async () => {
    const world = createWorld({ room: { ...roomWithLimits({ spendPerDay: 200_000 }), prices: PRICES } });
    await world.send();
    const before = structuredClone([...world.table.items]);
    const report = reportOf(await tryOut(world, { ...SMS, text: 'x'.repeat(161) }));
    expect(report).toMatchObject({
      wouldSend: true,
      refusedBy: [],
      channel: 'sms',
      to: 'AE…01',
      from: 'Acme',
      segments: 2,
      cost: { amount: '0.0700', currency: 'USD', basis: 'estimate' },
    });
    const spend = report.limits.find(({ limit }) => limit === 'spend-per-day');
    expect(spend).toEqual({
      limit: 'spend-per-day',
      unit: 'micro-units',
      currency: 'USD',
      allowed: 200_000,
      used: 35_000,
      left: 165_000,
      windowSeconds: 86_400,
      resetsAt: '2026-11-25T00:00:00.000Z',
    });
    expect(report.limits.map(({ limit }) => limit)).not.toContain('messages-per-second');
    expect([...world.table.items]).toEqual(before);
    expect(world.calls).toHaveLength(1);
  });

  test('names every limit that has no room', async () => {
    const world = createWorld({ room: roomWithLimits({ messagesPerDay: 1, messagesPerRecipientPerHour: 1 }) });
    await world.send();
    expect(reportOf(await tryOut(world))).toMatchObject({
      wouldSend: false,
      refusedBy: ['messages-per-day', 'messages-per-recipient-per-hour'],
    });
    expect(reportOf(await tryOut(world, { ...SMS, to: '+971500100001' })).refusedBy).toEqual(['messages-per-day']);
  });

  test('counts segments and money, not only messages', async () => {
    const world = createWorld({
      room: { ...roomWithLimits({ segmentsPerDay: 1, spendPerDay: 35_000 }), prices: PRICES },
    });
    const report = reportOf(await tryOut(world, { ...SMS, text: 'x'.repeat(161) }));
    expect(report.refusedBy).toEqual(['segments-per-day', 'spend-per-day']);
  });

  test('refuses what is not granted as the message itself would be', async () => {
    const world = createWorld();
    expect(problemOf(await tryOut(world, { ...SMS, from: 'Other' })).code).toBe('sender-not-allowed');
    expect(problemOf(await tryOut(world, { ...ABROAD, to: '+4915112345678' })).code).toBe('country-not-allowed');
    expect(problemOf(await tryOut(world, { ...SMS, colour: 'red' })).code).toBe('invalid-request');
  });

  test.each([
    ['app-frozen', { pk: 'app#shop', frozen: true }],
    ['not-authorized', undefined],
  ])('says %s', async (code, item) => {
    const world = createWorld();
    if (item === undefined) world.table.items.delete('app#shop');
    else world.table.items.set('app#shop', item);
    expect(problemOf(await tryOut(world)).code).toBe(code);
  });

  test('does not pretend to have looked', async () => {
    const world = createWorld({ around: () => Promise.reject(awsFailure('none')) });
    expect(problemOf(await tryOut(world))).toMatchObject({ code: 'not-sent', sent: false, retry: 'after' });
  });
});
