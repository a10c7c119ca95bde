import { createProvider } from '../../../lambda/providers/registry.ts';
import { createHandler as createRecordsHandler } from '../../../lambda/read-records/handler.ts';
import type { MessageRecord } from '../../../lambda/shared/message.ts';
import { createDueIndex } from '../../../lambda/shared/due-index.ts';
import { createSettler, type OutcomeSettler } from '../../../lambda/shared/settler.ts';
import { sweepLedger } from '../../../lambda/sweep-ledger/sweep-ledger.ts';
import type { SimulatedProviderName } from '../../../local/simulators/start.ts';
import { createTestRoom, INVOCATION, type TestRoom } from '../rotate-key/support/room.ts';
import { EGRESS, simulatedHttp } from '../rotate-key/support/simulated-http.ts';
import { LOST_ANSWER, messageOf, NOT_SENT, statesIn } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { awsFailure, createWorld, type World } from '../support/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOTHING = { lost: 0, renewed: 0, expired: 0, settled: 0, unsettled: 0, waiting: 0, left: 0 };

const recordIn = ({ table }: World) =>
  [...table.items.values()].find(({ state }) => state !== undefined) as unknown as MessageRecord;
/** A world whose function dies at the provider, after it took the message. */
const dyingWorld = (): World =>
  createWorld({
    around: (operation, apply) => {
      const result = apply();
      return operation === 'provider' ? new Promise(() => undefined) : Promise.resolve(result);
    },
  });
/** A world in which no appointment can be made. */
const forgetfulWorld = () => {
  const broken = { is: true };
  const world = createWorld({
    around: (operation, apply) =>
      operation === 'queue' && broken.is ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
  });
  return { world, mend: () => (broken.is = false) };
};
const settling = (world: World, settler: OutcomeSettler) =>
  sweepLedger({ ...world.ports, index: createDueIndex(world.table), settler }, world.clock.monotonic() + MINUTE);

/** A room with a provider's simulator, which gets the message of the world under the id that the ledger gave it. */
const besideProvider = async (name: SimulatedProviderName) => {
  const [world, room] = [createWorld(), createTestRoom(name)];
  room.advance((world.clock.now() - room.now()) / 1000);
  await room.putCandidate();
  await room.command('import');
  const http = simulatedHttp(
    () => room.simulator,
    () => EGRESS,
  );
  const { value: key } = (await room.sending.get('AWSCURRENT'))!;
  const sendAs = async (to: World, answer: (providerMessageId: string) => void): Promise<void> => {
    const id = (await to.ports.hashes())!.messageId('shop', 'key-1');
    const message = { id, attempt: 1, channel: 'sms', to: SMS.to, from: 'Acme', receiptUrl: null } as const;
    const outcome = await createProvider(name, { http }).send(
      { ...message, content: { kind: 'text', text: SMS.text } },
      key,
      6000,
    );
    if (outcome.kind !== 'accepted') throw new Error(`the simulator answered ${outcome.kind}`);
    answer(outcome.providerMessageId);
    await to.send();
  };
  return { world, room, sendAs };
};

const settlerOver = (world: World, room: TestRoom): OutcomeSettler =>
  createSettler({
    ...world.ports,
    ask: async (messages) => {
      const answer = await createRecordsHandler(() => room.reading)({ action: 'records', messages }, INVOCATION);
      if (!answer.ok) throw new Error(answer.code);
      return answer.answers;
    },
  });

describe('sweepLedger', () => {
  test('looks once at a message that was accepted, where nobody can be asked', async () => {
    const world = createWorld();
    await world.send();
    world.clock.advance(10 * MINUTE - 1);
    expect(await world.sweep()).toEqual(NOTHING);
    world.clock.advance(1);
    expect(await world.sweep()).toEqual({ ...NOTHING, waiting: 1 });
    world.clock.advance(2 * DAY);
    expect(await world.sweep()).toEqual(NOTHING);
    expect(world.emitted.at(-1)).toEqual({ values: { OverdueSeconds: 0 }, scope: undefined });
  });

  test('asks what became of a message that was accepted, less and less often, for a day', async () => {
    const world = createWorld();
    await world.send();
    const asked: number[] = [];
    const start = world.clock.now();
    const settler: OutcomeSettler = {
      settle: () => {
        asked.push((world.clock.now() - start) / MINUTE);
        return Promise.resolve('later');
      },
    };
    for (let minute = 0; minute < 2 * 24 * 60; minute += 10) {
      world.clock.advance(10 * MINUTE);
      await settling(world, settler);
    }
    expect(asked).toEqual([10, 60, 360, 1440]);
    expect(recordIn(world)).toMatchObject({ state: 'accepted' });
  });

  test.each(['infobip', 'd7', 'twilio'] as const)(
    '%s: what was delivered is delivered, without a receipt',
    async (name) => {
      const { world, room, sendAs } = await besideProvider(name);
      await sendAs(world, (id) =>
        world.turns.push({ outcome: { kind: 'accepted', providerMessageId: id }, took: true }),
      );
      world.clock.advance(10 * MINUTE);
      room.advance(600);
      expect(await settling(world, settlerOver(world, room))).toMatchObject({ settled: 1 });
      expect(recordIn(world)).toMatchObject({ state: 'delivered', sealed: null });
      expect(room.simulator.messages()).toHaveLength(1);
    },
  );

  test('a lost answer is settled by the id that Infobip was told, and the message was sent once', async () => {
    const { world, room, sendAs } = await besideProvider('infobip');
    await sendAs(world, () => world.turns.push(LOST_ANSWER));
    expect(statesIn(world)).toEqual(['unknown']);
    world.clock.advance(2 * MINUTE);
    room.advance(120);
    expect(await settling(world, settlerOver(world, room))).toMatchObject({ settled: 1 });
    expect(messageOf(await world.send())).toMatchObject({ status: 'delivered', final: true, settlesBy: null });
    expect(room.simulator.messages()).toHaveLength(1);
  });

  test('a lost answer that D7 cannot be asked about stays unknown', async () => {
    const { world, room, sendAs } = await besideProvider('d7');
    await sendAs(world, () => world.turns.push(LOST_ANSWER));
    world.clock.advance(20 * MINUTE);
    room.advance(1200);
    expect(await settling(world, settlerOver(world, room))).toMatchObject({ settled: 0, waiting: 1 });
    expect(statesIn(world)).toEqual(['unknown']);
  });

  test('leaves an attempt alone while its lease lasts, then writes down that nobody knows', async () => {
    const world = dyingWorld();
    void world.send();
    await new Promise(setImmediate);
    world.clock.advance(9_999);
    expect(await world.sweep()).toEqual(NOTHING);
    world.clock.advance(1);
    expect(await world.sweep()).toEqual({ ...NOTHING, lost: 1 });
    expect(recordIn(world)).toMatchObject({ state: 'unknown', settlesBy: world.clock.now() + DAY });
    expect(world.emitted.at(-1)).toEqual({ values: { UnknownOutcome: 1 }, scope: { app: 'shop', channel: 'sms' } });
    expect(await world.sweep()).toEqual(NOTHING);
    expect(world.used()).toBe(1);
    expect(messageOf(await world.send())).toMatchObject({ status: 'unknown', final: false, safeToResend: false });
    expect(world.calls).toHaveLength(1);
  });

  test('keeps the number of an unknown, sealed, until it is settled', async () => {
    const world = createWorld();
    world.turns.push(LOST_ANSWER);
    await world.send();
    const { id, sealed } = recordIn(world);
    expect((await world.ports.hashes())!.open(id, sealed!)).toEqual({ to: SMS.to });
    world.clock.advance(DAY + MINUTE);
    await world.sweep();
    expect(recordIn(world).sealed).toBeNull();
  });

  test('an unknown stays one after its time, which is counted, and is final then', async () => {
    const world = createWorld();
    world.turns.push(LOST_ANSWER);
    await world.send();
    world.clock.advance(2 * MINUTE);
    expect(await world.sweep()).toEqual({ ...NOTHING, waiting: 1 });
    world.clock.advance(DAY - 2 * MINUTE - 1);
    expect(await world.sweep()).toEqual(NOTHING);
    world.clock.advance(1);
    expect(await world.sweep()).toEqual({ ...NOTHING, unsettled: 1 });
    expect(world.emitted.at(-1)?.values).toEqual({ UnknownUnsettled: 1 });
    expect(messageOf(await world.send())).toMatchObject({ status: 'unknown', final: true, safeToResend: false });
    expect(await world.sweep()).toEqual(NOTHING);
  });

  test('asks whoever can settle an unknown, not before the provider wrote it down, again and again', async () => {
    const world = createWorld();
    world.turns.push(LOST_ANSWER);
    await world.send();
    const asked: number[] = [];
    const start = world.clock.now();
    const later: OutcomeSettler = {
      settle: () => (asked.push((world.clock.now() - start) / MINUTE), Promise.resolve('later')),
    };
    for (let minute = 0; minute < 40; minute++) {
      await settling(world, later);
      world.clock.advance(MINUTE);
    }
    expect(asked).toEqual([2, 17, 32]);
    const settler: OutcomeSettler = { settle: () => Promise.resolve('settled') };
    world.clock.advance(10 * MINUTE);
    expect(await settling(world, settler)).toEqual({ ...NOTHING, settled: 1 });
  });

  test('makes a lost appointment again, and the message is sent once', async () => {
    const { world, mend } = forgetfulWorld();
    world.turns.push(NOT_SENT);
    await world.send();
    expect(world.queue.waiting).toEqual([]);
    mend();
    await world.pass(8000 + MINUTE - 1);
    expect(await world.sweep()).toEqual(NOTHING);
    await world.pass(1);
    expect(await world.sweep()).toEqual({ ...NOTHING, renewed: 1 });
    await world.pass(0);
    expect(statesIn(world)).toEqual(['accepted']);
    expect(world.calls).toHaveLength(2);
  });

  test('a backlog does not fill the queue with copies, and a copy sends nothing', async () => {
    const world = createWorld();
    world.turns.push(NOT_SENT);
    await world.send({ ...SMS, validForSeconds: 7200 });
    for (let minute = 0; minute < 60; minute++) {
      world.clock.advance(MINUTE);
      await world.sweep();
    }
    expect(world.queue.waiting.length).toBeLessThanOrEqual(5);
    expect(world.queue.waiting.length).toBeGreaterThan(1);
    await world.pass(0);
    expect(world.calls).toHaveLength(2);
    expect(world.queue.waiting).toEqual([]);
  });

  test('lets a forgotten message expire, and gives its units back once', async () => {
    const { world } = forgetfulWorld();
    world.turns.push(NOT_SENT);
    await world.send({ ...SMS, validForSeconds: 10 });
    world.clock.advance(2 * MINUTE);
    const both = await Promise.all([world.sweep(), world.sweep()]);
    expect(both.reduce((sum, { expired }) => sum + expired, 0)).toBe(1);
    expect(statesIn(world)).toEqual(['expired']);
    expect(world.used()).toBe(0);
  });

  test('leaves to the next run what fails, and goes on with the others', async () => {
    let failing = '';
    const world: World = createWorld({
      around: (operation, apply, pk) =>
        operation === 'get' && pk === failing ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
    });
    world.turns.push(LOST_ANSWER, LOST_ANSWER);
    failing = `message#${messageOf(await world.send(SMS, 'one')).id}`;
    await world.send(SMS, 'two');
    world.clock.advance(DAY + MINUTE);
    expect(await world.sweep()).toEqual({ ...NOTHING, unsettled: 1, left: 1 });
    expect(world.logged.map(({ event }) => event)).toContain('message not swept');
    failing = '';
    expect(await world.sweep()).toEqual({ ...NOTHING, unsettled: 1 });
  });

  test('says how long the most overdue message has been due', async () => {
    const world = createWorld();
    world.turns.push(LOST_ANSWER);
    await world.send();
    world.clock.advance(10 * MINUTE);
    await world.sweep();
    expect(world.emitted.map(({ values }) => values)).toContainEqual({ OverdueSeconds: 480 });
  });

  test('does not touch what counts as absent', async () => {
    const { world } = forgetfulWorld();
    world.turns.push(NOT_SENT);
    await world.send();
    world.clock.advance(7 * DAY);
    expect(await world.sweep()).toEqual({ ...NOTHING, waiting: 1 });
    expect(statesIn(world)).toEqual(['queued']);
  });

  test('stops in time, and the next run goes on', async () => {
    const world = createWorld();
    world.turns.push(...Array.from({ length: 25 }, () => LOST_ANSWER));
    for (let i = 0; i < 25; i++) await world.send(SMS, `key-${i}`);
    world.clock.advance(DAY + MINUTE);
    const ports = { ...world.ports, index: createDueIndex(world.table) };
    expect(await sweepLedger(ports, world.clock.monotonic() + 5999)).toEqual(NOTHING);
    // The breaker opened meanwhile, so some of them were never tried.
    const { unsettled, expired } = await world.sweep();
    expect([unsettled > 0, unsettled + expired]).toEqual([true, 25]);
  });
});
