import { SMS } from '../support/room.ts';
import { LOST_ANSWER, messageOf, NOT_SENT, problemOf, REJECTED } from '../support/results.ts';
import { createWorld } from '../support/world.ts';

describe('sendMessage', () => {
  test('hands the message to the provider once and answers what the ledger has', async () => {
    const world = createWorld();
    const message = messageOf(await world.send({ ...SMS, reference: 'order-1' }));
    expect(message).toMatchObject({
      replayed: false,
      status: 'accepted',
      final: false,
      safeToResend: false,
      settlesBy: null,
      to: 'AE…01',
      from: 'Acme',
      reference: 'order-1',
      segments: 1,
      cost: null,
      provider: { name: 'fake', messageId: 'p-1' },
      validUntil: '2026-11-24T13:00:00.000Z',
    });
    expect(world.calls).toEqual([
      {
        message: {
          id: message.id,
          attempt: 1,
          channel: 'sms',
          to: SMS.to,
          from: 'Acme',
          content: { kind: 'text', text: SMS.text },
          receiptUrl: expect.stringMatching(/^https:\/\/receipts\.test\/v1\/receipts\/[\w-]{48}$/) as string,
        },
        key: 'key-of-v1',
        outcome: 'accepted',
        took: true,
        deadline: 6000,
      },
    ]);
    expect(world.used()).toBe(1);
    expect(world.table.items.get(`message#${message.id}`)).toMatchObject({
      state: 'accepted',
      versionId: 'v1',
      fence: 1,
    });
  });

  test('keeps neither the number nor the text in the ledger', async () => {
    const world = createWorld();
    await world.send();
    const stored = JSON.stringify([...world.table.items.values()]);
    expect(stored).not.toContain('500000001');
    expect(stored).not.toContain('123456');
  });

  test('keeps a record for seven days, by condition and not only by TTL', async () => {
    const world = createWorld();
    const first = messageOf(await world.send());
    world.clock.advance(7 * 24 * 3600 * 1000 - 1000);
    expect(messageOf(await world.send())).toMatchObject({ replayed: true, id: first.id });
    world.clock.advance(1000);
    expect(messageOf(await world.send())).toMatchObject({ replayed: false, id: first.id });
    expect(world.calls).toHaveLength(2);
  });

  test('answers unknown when nobody knows, and never sends it again', async () => {
    const world = createWorld();
    world.turns.push(LOST_ANSWER);
    expect(messageOf(await world.send())).toMatchObject({
      replayed: false,
      status: 'unknown',
      final: false,
      safeToResend: false,
      settlesBy: '2026-11-25T12:00:00.000Z',
    });
    world.clock.advance(3600_000);
    expect(messageOf(await world.send())).toMatchObject({ replayed: true, status: 'unknown' });
    expect(world.calls).toHaveLength(1);
    expect(world.used()).toBe(1);
  });

  test('takes an adapter that throws for an unknown', async () => {
    const world = createWorld({
      around: (operation, apply) =>
        operation === 'provider' ? Promise.reject(new Error('bug')) : Promise.resolve(apply()),
    });
    expect(messageOf(await world.send()).status).toBe('unknown');
    expect(world.used()).toBe(1);
  });

  test('reports a rejection with its reason and gives the unit back', async () => {
    const world = createWorld();
    world.turns.push(REJECTED);
    const first = problemOf(await world.send());
    expect(first).toMatchObject({ code: 'provider-rejected', status: 422, retry: 'never', sent: false });
    expect(first.detail).toContain('E7: no route');
    expect(world.used()).toBe(0);
    expect(messageOf(await world.send())).toMatchObject({
      id: first.id,
      status: 'rejected',
      final: true,
      reason: 'E7: no route',
    });
    expect(world.calls).toHaveLength(1);
  });

  test('queues what the provider definitely did not take, and a repeat does not send it', async () => {
    const world = createWorld();
    world.turns.push(NOT_SENT);
    const queued = messageOf(await world.send());
    expect(queued).toMatchObject({
      replayed: false,
      status: 'queued',
      final: false,
      safeToResend: false,
      reason: 'not sent yet: the room tries again until validUntil; not-sent: too-many-requests',
    });
    expect(messageOf(await world.send())).toEqual({ ...queued, replayed: true });
    expect(world.calls).toHaveLength(1);
    expect(world.used()).toBe(1);
    expect(world.queue.waiting).toEqual([expect.objectContaining({ id: queued.id, category: 'transactional' })]);
  });

  test('shows a message whose attempt died as sending, then as unknown, and never sends it again', async () => {
    const world: ReturnType<typeof createWorld> = createWorld({
      around: (operation, apply) => {
        const result = apply();
        return operation === 'provider' ? new Promise(() => undefined) : Promise.resolve(result);
      },
    });
    void world.send();
    await new Promise(setImmediate);
    expect(messageOf(await world.send())).toMatchObject({ replayed: true, status: 'sending', settlesBy: null });
    world.clock.advance(10_000);
    expect(messageOf(await world.send())).toMatchObject({
      status: 'unknown',
      safeToResend: false,
      settlesBy: '2026-11-25T12:00:10.000Z',
    });
    expect(world.calls).toHaveLength(1);
    expect(world.used()).toBe(1);
  });

  test('counts each attempt for its app and channel', async () => {
    const world = createWorld();
    await world.send({ ...SMS, text: 'x'.repeat(200) });
    expect(world.emitted).toEqual([
      { values: { Accepted: 1, Messages: 1, Segments: 2 }, scope: { app: 'shop', channel: 'sms' } },
    ]);
    await world.send({ ...SMS, from: 'Else' }, 'key-2');
    expect(world.emitted.at(-1)).toEqual({ values: { Refused: 1 }, scope: { app: 'shop', channel: 'sms' } });
  });
});
