import type { PlainItem } from '../../../lambda/shared/aws/attribute-value.ts';
import type { Item } from '../support/expressions.ts';
import { createDeadLetterBox, type DeadLetterBox } from '../support/dead-letters.ts';
import { LOST_REQUEST, messageOf, NOT_SENT, REJECTED } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { ACCEPTS, awsFailure, createWorld, type ProviderTurn, type World } from '../support/world.ts';

const NONE = { again: 0, waiting: 0, sweep: 0, over: 0, unreadable: 0, kept: 0 };

/** A message that ended so, whose appointment was set aside when it was due. */
const setAside = async (turn: ProviderTurn, body: object = SMS, world: World = createWorld()) => {
  const box = createDeadLetterBox(world);
  world.turns.push(turn);
  await world.send(body);
  const [appointment] = world.queue.waiting.splice(0);
  const [pk = ''] = [...world.table.items.keys()].filter((key) => key.startsWith('message#'));
  const record = () => world.table.items.get(pk);
  const put = (changes: PlainItem): void => void world.table.items.set(pk, { ...record(), ...changes } as Item);
  box.setAside(JSON.stringify({ id: pk.replace('message#', ''), at: appointment?.at ?? 0 }));
  world.clock.advance(30_000);
  return { world, box, record, put };
};
const countsOf = async (box: DeadLetterBox, dryRun = false) => {
  const result = await box.ask({ dryRun });
  if (!result.ok) throw new Error(result.message);
  return result.counts;
};

describe('redrive', () => {
  test('gives what waits a new appointment, soon, and it is sent once', async () => {
    const { world, box, record } = await setAside(NOT_SENT);
    expect(await countsOf(box)).toEqual({ ...NONE, again: 1 });
    expect(box.letters).toEqual([]);
    const at = Number(record()?.nextAttemptAt);
    expect(at - world.clock.now()).toBeLessThanOrEqual(10_000);
    expect(world.queue.waiting).toEqual([expect.objectContaining({ at })]);
    await world.pass(60_000);
    expect(record()?.state).toBe('accepted');
    expect(world.calls.filter(({ took }) => took)).toHaveLength(1);
  });

  test('never sends twice, however often a letter is doubled or redriven', async () => {
    const { world, box, record } = await setAside(NOT_SENT);
    const { body } = box.letters[0]!;
    for (let i = 0; i < 25; i++) box.setAside(body);
    const counts = await countsOf(box);
    expect(counts.again + counts.waiting).toBe(26);
    expect(box.letters).toEqual([]);
    await world.pass(60_000);
    box.setAside(body);
    expect(await countsOf(box)).toEqual({ ...NONE, over: 1 });
    await world.pass(60_000);
    expect(record()?.state).toBe('accepted');
    expect(world.calls.filter(({ took }) => took)).toHaveLength(1);
  });

  test.each<[string, ProviderTurn, keyof typeof NONE]>([
    ['was accepted', ACCEPTS, 'over'],
    ['was rejected', REJECTED, 'over'],
    ['may have been sent', LOST_REQUEST, 'sweep'],
  ])('drops the letter of a message that %s, and changes nothing about it', async (_what, turn, fate) => {
    const { world, box, record } = await setAside(turn);
    const before = record();
    expect(await countsOf(box)).toEqual({ ...NONE, [fate]: 1 });
    expect([box.letters, world.queue.waiting, record()]).toEqual([[], [], before]);
    await world.pass(3600_000);
    expect(world.calls).toHaveLength(1);
  });

  test('leaves a message whose time is over to the sweep, which gives its unit back', async () => {
    const { world, box, record } = await setAside(NOT_SENT, { ...SMS, validForSeconds: 10 });
    expect(await countsOf(box)).toEqual({ ...NONE, sweep: 1 });
    expect([world.queue.waiting, record()?.state, world.used()]).toEqual([[], 'queued', 1]);
    await world.pass(60_000);
    await world.sweep();
    expect([record()?.state, world.used()]).toEqual(['expired', 0]);
  });

  test('leaves alone what has a later appointment, or is being sent', async () => {
    const { world, box, record, put } = await setAside(NOT_SENT);
    const { body } = box.letters[0]!;
    put({ nextAttemptAt: world.clock.now() + 60_000 });
    const later = record();
    expect(await countsOf(box)).toEqual({ ...NONE, waiting: 1 });
    expect([world.queue.waiting, record()]).toEqual([[], later]);
    box.setAside(body);
    put({ state: 'sending' });
    const sending = record();
    expect(await countsOf(box)).toEqual({ ...NONE, waiting: 1 });
    expect(record()).toEqual(sending);
  });

  test('takes no reservation over: its place of the sender has passed', async () => {
    const { box, record, put } = await setAside(NOT_SENT);
    put({ hasPlace: true });
    await countsOf(box);
    expect(record()?.hasPlace).toBe(false);
  });

  test.each([['not JSON'], ['null'], ['{"id":7,"at":1}'], ['{"id":"msg_1"}']])(
    'drops what is no appointment: %s',
    async (body) => {
      const box = createDeadLetterBox(createWorld());
      box.setAside(body);
      expect(await countsOf(box)).toEqual({ ...NONE, unreadable: 1 });
      expect(box.letters).toEqual([]);
    },
  );

  test('drops the letter of a message that the ledger does not know', async () => {
    const box = createDeadLetterBox(createWorld());
    box.setAside('{"id":"msg_0","at":1}');
    expect(await countsOf(box)).toEqual({ ...NONE, over: 1 });
  });

  test('keeps the letter when the ledger cannot be read or written, and others can have it at once', async () => {
    for (const broken of ['get', 'update']) {
      let isBroken = false;
      const world: World = createWorld({
        around: (operation, apply) =>
          isBroken && operation === broken ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
      });
      const { box, record } = await setAside(NOT_SENT, SMS, world);
      isBroken = true;
      expect(await countsOf(box)).toEqual({ ...NONE, kept: 1 });
      expect(box.letters).toEqual([expect.objectContaining({ hiddenUntil: 0 })]);
      isBroken = false;
      expect(await countsOf(box)).toEqual({ ...NONE, again: 1 });
      expect(record()?.state).toBe('queued');
    }
  });

  test('is not lost when the appointment cannot be made: the sweep makes it', async () => {
    let isBroken = false;
    const world: World = createWorld({
      around: (operation, apply) =>
        isBroken && operation === 'queue' ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
    });
    const { box, record } = await setAside(NOT_SENT, SMS, world);
    isBroken = true;
    await countsOf(box);
    isBroken = false;
    expect(world.queue.waiting).toEqual([]);
    world.clock.advance(120_000);
    await world.sweep();
    await world.pass(60_000);
    expect(record()?.state).toBe('accepted');
  });

  test('a dry run says the same and changes nothing', async () => {
    const { world, box, record } = await setAside(NOT_SENT);
    box.setAside('not JSON');
    const before = [record(), [...world.queue.waiting]];
    expect(await countsOf(box, true)).toEqual({ ...NONE, again: 1, unreadable: 1 });
    expect([record(), world.queue.waiting]).toEqual(before);
    expect(box.letters.map(({ hiddenUntil }) => hiddenUntil)).toEqual([0, 0]);
    expect(await countsOf(box)).toEqual({ ...NONE, again: 1, unreadable: 1 });
  });

  test('says when there is more than its time was enough for, and loses none of it', async () => {
    const box = createDeadLetterBox(createWorld());
    for (let i = 0; i < 35; i++) box.setAside('not JSON');
    expect(await box.ask({}, 18_200)).toMatchObject({ ok: true, counts: { unreadable: 30 }, more: true });
    expect(box.letters).toHaveLength(5);
    expect(await box.ask()).toMatchObject({ ok: true, counts: { unreadable: 5 }, more: false });
  });

  test('answers with what to do when the queue cannot be read', async () => {
    const box = createDeadLetterBox(createWorld());
    Object.assign(box.ports.deadLetters, { receive: () => Promise.reject(awsFailure('none')) });
    expect(await box.ask()).toMatchObject({ ok: false, code: 'aws-unavailable', retryable: true });
  });

  test('logs ids alone', async () => {
    const { world, box } = await setAside(NOT_SENT);
    await countsOf(box);
    const lines = world.logged.filter(({ event }) => event === 'message redriven');
    expect(lines.map(({ fields }) => Object.keys(fields ?? {}))).toEqual([['messageId', 'app', 'channel']]);
    expect(messageOf(await world.send()).replayed).toBe(true);
  });
});
