import { sendMessage } from '../../../lambda/send/send-message.ts';
import { messageOf, NOT_SENT, problemOf, REJECTED, statesIn } from '../support/results.ts';
import { roomWithLimits, SMS } from '../support/room.ts';
import { awsFailure, createWorld, type World } from '../support/world.ts';

const DAY_MS = 24 * 3_600_000;
const OTHER = { ...SMS, to: '+971500000002' };

const hashOf = async (world: World, number: string = SMS.to) => (await world.ports.hashes())!.number(number);
const optOut = async (world: World) =>
  world.ports.optOuts.add(await hashOf(world), { since: world.clock.now(), source: 'operator' });
const lift = async (world: World) => world.ports.optOuts.lift(await hashOf(world), world.clock.now());
const itemIn = async (world: World) => world.table.items.get(`recipient#${await hashOf(world)}`);

/** A world that notes its calls, but for the ones before. */
const countingWorld = () => {
  const operations: string[] = [];
  const world = createWorld({
    around: (operation, apply, pk) => {
      operations.push(operation === 'provider' ? operation : `${operation} ${pk?.split('#')[0] ?? ''}`.trim());
      return Promise.resolve(apply());
    },
  });
  return { world, operations };
};

describe('a recipient who opted out', () => {
  test.each(['transactional', 'otp', 'marketing'])(
    'is sent nothing of the category %s, by no app',
    async (category) => {
      const world = createWorld();
      await optOut(world);
      for (const app of ['shop', 'desk']) {
        expect(problemOf(await world.send({ ...SMS, category }, 'key-1', app))).toMatchObject({
          code: 'recipient-opted-out',
          status: 403,
          field: 'to',
          sent: false,
          retry: 'never',
        });
      }
      expect(world.calls).toHaveLength(0);
      expect(statesIn(world)).toEqual([]);
      expect(world.used()).toBe(0);
    },
  );

  test('does not keep others from being sent to', async () => {
    const world = createWorld();
    await optOut(world);
    expect(messageOf(await world.send(OTHER))).toMatchObject({ status: 'accepted' });
  });

  test('who was sent to today already is refused by the next message, and stays so on all days that follow', async () => {
    const world = createWorld();
    await world.send();
    await optOut(world);
    for (const day of [1, 2, 400]) {
      expect(problemOf(await world.send(SMS, `day-${day}`)).code).toBe('recipient-opted-out');
      world.clock.jump(DAY_MS * day);
    }
    expect(world.calls).toHaveLength(1);
    expect(await itemIn(world)).not.toHaveProperty('expiresAt');
  });

  test('is sent to again once it is lifted, and leaves the ledger again then', async () => {
    const world = createWorld();
    await optOut(world);
    expect(await lift(world)).toBe(true);
    expect(messageOf(await world.send())).toMatchObject({ status: 'accepted' });
    expect(await itemIn(world)).toMatchObject({ expiresAt: expect.any(Number) as number });
    expect(await lift(world)).toBe(false);
  });

  test('counts as opted out since the first time, and lifting needs no message in between', async () => {
    const world = createWorld();
    expect(await optOut(world)).toBe(true);
    world.clock.advance(DAY_MS);
    expect(await optOut(world)).toBe(false);
    expect(await world.ports.optOuts.find(await hashOf(world))).toEqual({
      since: world.clock.now() - DAY_MS,
      source: 'operator',
    });
  });

  test('is told to a dry run, too', async () => {
    const world = createWorld();
    await optOut(world);
    const asked = { app: 'shop', idempotencyKey: '', body: { ...SMS, dryRun: true }, requestId: 'r-1' };
    const result = await sendMessage(world.ports, { ...asked, deadline: world.clock.monotonic() + 9500 });
    expect(problemOf(result).code).toBe('recipient-opted-out');
  });

  test('ends what is queued for them, unsent, and its units go back', async () => {
    const world = createWorld();
    world.turns.push(NOT_SENT);
    await world.send();
    await optOut(world);
    expect(world.used()).toBe(1);
    await world.pass(60_000);
    expect([world.calls.length, world.used()]).toEqual([1, 0]);
    expect(messageOf(await world.send())).toMatchObject({
      status: 'rejected',
      safeToResend: true,
      reason: 'the recipient opted out before the message was sent',
    });
  });

  test('hears of an earlier message what became of it', async () => {
    const world = createWorld();
    await world.send();
    await optOut(world);
    expect(messageOf(await world.send())).toMatchObject({ replayed: true, status: 'accepted' });
  });
});

describe('a recipient who opted out at the provider', () => {
  const THERE = {
    outcome: { kind: 'rejected', code: 'destination-opted-out', reason: 'refused' },
    took: false,
  } as const;

  test('is opted out of the room by the refusal, whichever sender comes next', async () => {
    const world = createWorld();
    world.turns.push(THERE);
    expect(problemOf(await world.send())).toMatchObject({ code: 'provider-rejected', status: 422 });
    expect(await world.ports.optOuts.find(await hashOf(world))).toMatchObject({ source: 'provider' });
    expect(problemOf(await world.send(SMS, 'key-2', 'desk')).code).toBe('recipient-opted-out');
    expect([world.calls.length, world.used()]).toEqual([1, 0]);
  });

  test('is refused all the same when that cannot be written down', async () => {
    const world: World = createWorld({
      around: (operation, apply, pk) =>
        operation === 'update' && world.calls.length > 0 && pk?.startsWith('recipient#')
          ? Promise.reject(awsFailure('none'))
          : Promise.resolve(apply()),
    });
    world.turns.push(THERE);
    expect(problemOf(await world.send()).code).toBe('provider-rejected');
    expect(world.logged.map(({ event }) => event)).toContain('opt-out not recorded');
  });

  test('no other refusal opts anybody out', async () => {
    const world = createWorld();
    world.turns.push(REJECTED);
    await world.send();
    expect(await world.ports.optOuts.find(await hashOf(world))).toBeUndefined();
  });
});

describe('checking for an opt-out', () => {
  test('asks AWS for nothing that a message without it would not ask for', async () => {
    const { world, operations } = countingWorld();
    await world.send(SMS, 'warm');
    operations.length = 0;
    await world.send(SMS, 'key-2');
    const writes = ['put message', 'update app', 'update message', 'update prefix', 'update rate', 'update recipient'];
    expect(operations.sort()).toEqual(['provider', ...writes]);
  });

  test('costs one further write where the recipient was sent to on an earlier day, whose windows are forgotten', async () => {
    const { world, operations } = countingWorld();
    await world.send();
    world.clock.jump(DAY_MS);
    operations.length = 0;
    await world.send(SMS, 'key-2');
    expect(operations.filter((operation) => operation.endsWith('recipient'))).toEqual([
      'update recipient',
      'put recipient',
    ]);
    const today = Math.floor(world.clock.now() / DAY_MS) * (DAY_MS / 1000);
    const item = (await itemIn(world)) ?? {};
    const starts = Object.keys(item).flatMap((name) => name.split('@').slice(1).map(Number));
    expect([item.ofDay, starts.length, Math.min(...starts)]).toEqual([today, 2, today]);
  });

  test('on another day holds the limits of that day, for a clock that is behind, too', async () => {
    const world = createWorld({ room: roomWithLimits({ messagesPerRecipientPerDay: 1 }) });
    await world.send();
    world.clock.jump(DAY_MS);
    await world.send(SMS, 'key-2');
    world.clock.jump(-DAY_MS);
    expect(problemOf(await world.send(SMS, 'key-3'))).toMatchObject({ limit: 'messages-per-recipient-per-day' });
    expect(world.calls).toHaveLength(2);
  });

  test('an opt-out between the two writes of a new day holds', async () => {
    const world: World = createWorld({
      around: async (operation, apply, pk) => {
        if (operation === 'put' && pk?.startsWith('recipient#')) await optOut(world);
        return apply();
      },
    });
    await world.send();
    world.clock.jump(DAY_MS);
    expect(problemOf(await world.send(SMS, 'key-2')).code).toBe('recipient-opted-out');
    expect(world.calls).toHaveLength(1);
  });
});
