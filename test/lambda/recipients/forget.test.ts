import type { ForgetReport, RecipientResult } from '../../../lambda/recipients/contract.ts';
import { LOST_ANSWER, messageOf, NOT_SENT, problemOf } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { awsFailure, type World } from '../support/world.ts';
import { createStewardedRoom, type StewardedRoom } from './support.ts';

const NUMBER = SMS.to;
const OTHER = { ...SMS, to: '+971500000002', reference: 'order-2' };
const MINE = { ...SMS, reference: 'order-1' };

const hashOf = async ({ ports }: Pick<World, 'ports'>, number: string = NUMBER) =>
  (await ports.hashes())!.number(number);
const reportIn = (result: RecipientResult): ForgetReport => {
  if (result.ok && result.action === 'forget') return result;
  throw new Error(`got ${JSON.stringify(result)}`);
};
const forget = async (room: StewardedRoom) => reportIn(await room.ask({ action: 'forget', number: NUMBER }));
const tableOf = ({ table }: StewardedRoom): string => JSON.stringify([...table.items]);
const recordIn = async (room: StewardedRoom, key: string) =>
  room.table.items.get(`message#${(await room.ports.hashes())!.messageId('shop', key)}`);
const NOTHING = { erased: 0, endedUnsent: 0, endedUnknown: 0, onTheirWay: 0, notErased: 0, isAll: true };

describe('recipients: forgetting one', () => {
  test('erases hash, last digits, reference and counts in the messages of all apps, and of nobody else', async () => {
    const room = createStewardedRoom();
    await room.send(MINE);
    await room.send(MINE, 'key-1', 'desk');
    await room.send(OTHER, 'key-2');
    const others = [await recordIn(room, 'key-2'), room.table.items.get(`recipient#${await hashOf(room, OTHER.to)}`)];
    expect(await forget(room)).toEqual({ ...NOTHING, ok: true, action: 'forget', erased: 2, optOut: null });
    expect(tableOf(room)).not.toContain(await hashOf(room));
    expect(tableOf(room)).not.toContain('order-1');
    expect(await recordIn(room, 'key-1')).toMatchObject({ state: 'accepted', lastTwo: '', sealed: null });
    expect([await recordIn(room, 'key-2'), room.table.items.get(`recipient#${await hashOf(room, OTHER.to)}`)]).toEqual(
      others,
    );
    expect(await forget(room)).toMatchObject(NOTHING);
  });

  test('leaves what keeps a message from being sent twice', async () => {
    const room = createStewardedRoom();
    await room.send(MINE);
    await forget(room);
    expect(messageOf(await room.send(MINE))).toMatchObject({ replayed: true, status: 'accepted', to: 'AE…' });
    expect(problemOf(await room.send(OTHER, 'key-1')).code).toBe('idempotency-key-reused');
    expect(room.calls).toHaveLength(1);
  });

  test('a message that waits is not sent any more, and nothing of it is kept', async () => {
    const room = createStewardedRoom();
    room.turns.push(NOT_SENT);
    await room.send(MINE);
    expect(await forget(room)).toMatchObject({ ...NOTHING, endedUnsent: 1 });
    await room.pass(3600_000);
    expect(room.calls).toHaveLength(1);
    expect(await recordIn(room, 'key-1')).toMatchObject({
      state: 'rejected',
      sealed: null,
      takes: [],
      nextAttemptAt: null,
    });
    expect(await recordIn(room, 'key-1')).not.toHaveProperty('dueAt');
  });

  test('an outcome that nobody knows stays so, as the number is gone that somebody could ask with', async () => {
    const room = createStewardedRoom();
    room.turns.push(LOST_ANSWER);
    await room.send(MINE);
    expect((await recordIn(room, 'key-1'))?.sealed).toEqual(expect.any(String));
    expect(await forget(room)).toMatchObject({ ...NOTHING, endedUnknown: 1 });
    expect(await recordIn(room, 'key-1')).toMatchObject({ state: 'unknown', sealed: null });
    room.clock.advance(25 * 3600_000);
    await room.sweep();
    expect(messageOf(await room.send(MINE))).toMatchObject({ status: 'unknown', final: true });
  });

  test('a message on its way is left to its attempt, said so, and erased by the next call', async () => {
    let during: ForgetReport | undefined;
    const room: StewardedRoom = createStewardedRoom({
      around: async (operation, apply) => {
        if (operation === 'provider') during = await forget(room);
        return apply();
      },
    });
    expect(messageOf(await room.send(MINE))).toMatchObject({ status: 'accepted' });
    expect(during).toMatchObject({ ...NOTHING, onTheirWay: 1 });
    expect(await forget(room)).toMatchObject({ ...NOTHING, erased: 1 });
    expect(tableOf(room)).not.toContain(await hashOf(room));
  });

  test('an opt-out stays, without what was counted beside it', async () => {
    const room = createStewardedRoom();
    await room.send(MINE);
    await room.ask({ action: 'opt-out', number: NUMBER });
    expect(await forget(room)).toMatchObject({ erased: 1, optOut: { source: 'operator' } });
    const item = room.table.items.get(`recipient#${await hashOf(room)}`) ?? {};
    expect(Object.keys(item).filter((name) => name.includes('@'))).toEqual([]);
    expect(problemOf(await room.send(SMS, 'key-2')).code).toBe('recipient-opted-out');
    expect(await forget(room)).toMatchObject({ ...NOTHING, optOut: { source: 'operator' } });
  });

  test('goes on where the last call ended, however many there are', async () => {
    const room = createStewardedRoom();
    for (let i = 0; i < 60; i++) await room.send(MINE, `key-${i}`);
    expect(await forget(room)).toMatchObject({ erased: 50, isAll: false });
    expect(await forget(room)).toMatchObject({ erased: 10, isAll: true });
    expect(await forget(room)).toMatchObject(NOTHING);
    expect(tableOf(room)).not.toContain(await hashOf(room));
  });

  test('says what could not be written, and does it the next time', async () => {
    let isAway = false;
    const room = createStewardedRoom({
      around: (operation, apply, pk) =>
        isAway && operation === 'update' && pk?.startsWith('message#')
          ? Promise.reject(awsFailure('unknown'))
          : Promise.resolve(apply()),
    });
    await room.send(MINE);
    isAway = true;
    expect(await forget(room)).toMatchObject({ ...NOTHING, notErased: 1 });
    isAway = false;
    expect(await forget(room)).toMatchObject({ ...NOTHING, erased: 1 });
  });
});
