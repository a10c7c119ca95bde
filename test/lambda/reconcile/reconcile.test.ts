import { foreignShard } from '../../../lambda/shared/reconcile-state.ts';
import type { ListedMessage } from '../../../lambda/shared/records-command.ts';
import { createReconciledRoom, type ReconciledRoom } from './support/room.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Looks at every poll of a time; the last report. */
const lookFor = async (world: ReconciledRoom, minutes: number) => {
  let report = await world.look();
  for (let passed = 0; passed < minutes; passed += 5) {
    world.advance(5 * MINUTE);
    report = await world.look();
  }
  return report;
};
const last = ({ emitted }: ReconciledRoom) => emitted.at(-1);
const LISTING = ['infobip', 'twilio'] as const;

describe('reconcile', () => {
  test.each([...LISTING, 'd7'] as const)(
    '%s: a thief’s message is found, counted once, and shown for an hour',
    async (name) => {
      const world = await createReconciledRoom(name);
      await lookFor(world, 20);
      expect(last(world)).toMatchObject({ Surplus: 0 });
      world.rogue();
      const { surplus } = await lookFor(world, 20);
      expect(surplus).toMatchObject({
        messages: name === 'd7' ? 0 : 1,
        countries: { d7: {}, infobip: { CH: 1 }, twilio: { AE: 1 } }[name],
      });
      expect(last(world)).toMatchObject({ Surplus: 1 });
      await lookFor(world, 70);
      expect(last(world)).toMatchObject({ Surplus: 0, ReconcileAgeSeconds: expect.any(Number) as number });
      expect((await world.command({ action: 'report' })).surplus).toEqual(surplus);
      expect((await lookFor(world, 24 * 60)).surplus).toBeNull();
    },
  );

  test.each(LISTING)('%s: each foreign message is noted by its id and day, without number or text', async (name) => {
    const world = await createReconciledRoom(name);
    await lookFor(world, 10);
    const [id] = world.rogue();
    await lookFor(world, 10);
    const item = world.table.items.get(`reconcile#foreign#${id!}`);
    const day = new Date(world.now()).toISOString().slice(0, 10);
    expect(item).toMatchObject({
      sentShard: foreignShard(day),
      providerMessageId: id,
      country: name === 'infobip' ? 'CH' : 'AE',
      from: 'Stranger',
    });
    expect(JSON.stringify([...world.table.items])).not.toMatch(/97150|Not yours/);
    expect(await world.table.queryIndex('sent', 10, keysOf(foreignShard(day), world.now()))).toHaveLength(1);
  });

  const keysOf = (shard: string, now: number) => ({
    condition: 'sentShard = :shard AND sentAt BETWEEN :from AND :until',
    values: { ':shard': shard, ':from': now - DAY, ':until': now },
  });

  test('a room that never had a key has nothing to be told about', async () => {
    const world = await createReconciledRoom('infobip');
    world.change({ listing: () => Promise.resolve({ ok: false, action: 'listing', code: 'credential-absent' }) });
    world.advance(3 * DAY);
    expect(await world.look()).toMatchObject({ comparedUntil: null });
    expect(last(world)).toEqual({ ReconcileAgeSeconds: 0, Surplus: 0 });
  });

  test.each(['credential-absent', 'right-missing', 'provider-unreachable'])(
    'once it was compared, %s makes the comparison older and older, and the next success catches up',
    async (code) => {
      const world = await createReconciledRoom('twilio');
      await lookFor(world, 10);
      const { listing } = world.deps;
      world.change({ listing: () => Promise.resolve({ ok: false, action: 'listing', code }) });
      world.rogue();
      await lookFor(world, 90);
      expect(last(world)?.ReconcileAgeSeconds).toBeGreaterThan(85 * 60);
      expect(last(world)?.Surplus).toBe(0);
      world.change({ listing });
      expect((await world.look()).surplus).toMatchObject({ messages: 1 });
      expect(last(world)?.ReconcileAgeSeconds).toBe(0);
    },
  );

  test('what was sent before the first look is nobody’s concern', async () => {
    const world = await createReconciledRoom('twilio');
    world.rogue(3);
    world.advance(MINUTE);
    expect((await lookFor(world, 30)).surplus).toBeNull();
  });

  test('a window that no answer holds is listed in parts, and none is left out', async () => {
    const world = await createReconciledRoom('twilio');
    await lookFor(world, 10);
    const { listing } = world.deps;
    // An answer of this provider holds three messages.
    world.change({
      listing: async (window) => {
        const answer = await listing(window);
        return answer.ok && answer.messages.length > 3 ? { ok: false, action: 'listing', code: 'too-many' } : answer;
      },
    });
    for (let i = 0; i < 8; i++) {
      await world.send();
      world.advance(30_000);
    }
    world.rogue();
    const { surplus, comparedUntil } = await lookFor(world, 20);
    expect(surplus).toMatchObject({ messages: 1 });
    expect(Date.parse(comparedUntil!)).toBeGreaterThan(world.now() - 3 * MINUTE);
  });

  test('a leak of thousands is counted in full, without asking twice', async () => {
    const world = await createReconciledRoom('twilio');
    await lookFor(world, 10);
    const at = world.now() + MINUTE;
    const many = Array.from({ length: 2500 }, (_, i): ListedMessage => ({
      ...{ providerMessageId: `SM${i}`, ourId: null, channel: 'sms', country: 'LV', lastTwo: '01', from: null },
      ...{ acceptedAt: at + i * 10, price: { micros: 7500, currency: 'USD' }, state: 'accepted' },
    }));
    world.change({
      listing: ({ from, until }) => {
        const messages = many.filter(({ acceptedAt }) => acceptedAt! >= from && acceptedAt! < until);
        return Promise.resolve({ ok: true, action: 'listing', messages });
      },
    });
    const { surplus } = await lookFor(world, 40);
    expect(surplus).toMatchObject({ messages: 2500, micros: 2500 * 7500, currency: 'USD', countries: { LV: 2500 } });
    expect([...world.table.items.keys()].filter((pk) => pk.startsWith('reconcile#foreign#'))).toHaveLength(200);
  });

  test('of two looks that overlap one writes, and nothing is counted twice', async () => {
    const world = await createReconciledRoom('infobip');
    await lookFor(world, 10);
    world.rogue();
    world.advance(5 * MINUTE);
    await Promise.all([world.look(), world.look()]);
    expect((await world.command({ action: 'report' })).surplus).toMatchObject({ messages: 1 });
  });

  test('what is changed during a look is not overwritten by it', async () => {
    const world = await createReconciledRoom('twilio');
    await lookFor(world, 10);
    const { listing } = world.deps;
    world.change({
      listing: async (window) => {
        world.change({ listing });
        await world.command({ action: 'adopt', until: new Date(world.now() + DAY).toISOString() });
        return listing(window);
      },
    });
    world.advance(5 * MINUTE);
    expect((await world.look()).adoption).toMatchObject({ isOn: true });
  });

  test.each([
    ['infobip', 2],
    ['twilio', 2],
    ['d7', 15],
  ] as const)(
    '%s: nothing is called compared before the provider’s lag of %i minutes has passed',
    async (name, lag) => {
      const world = await createReconciledRoom(name);
      const { comparedUntil } = await lookFor(world, 60);
      const age = world.now() - Date.parse(comparedUntil!);
      expect(age).toBeGreaterThan((lag - 1) * MINUTE);
      expect(age).toBeLessThan((lag + 6) * MINUTE);
    },
  );

  test.each(LISTING)('%s: a message that shows up later than any lag is found', async (name) => {
    const world = await createReconciledRoom(name);
    await lookFor(world, 10);
    const [id] = world.rogue();
    const { listing } = world.deps;
    world.change({
      listing: async (window) => {
        const answer = await listing(window);
        return answer.ok
          ? { ...answer, messages: answer.messages.filter((each) => each.providerMessageId !== id) }
          : answer;
      },
    });
    expect((await lookFor(world, 40)).surplus).toBeNull();
    world.change({ listing });
    expect((await lookFor(world, 5)).surplus).toMatchObject({ messages: 1 });
  });

  test('a message that was tried again hours later is ours, at both moments', async () => {
    const world = await createReconciledRoom('infobip');
    await lookFor(world, 10);
    const again = await world.queue();
    await lookFor(world, 180);
    await again();
    expect((await lookFor(world, 30)).surplus).toBeNull();
  });

  test('a message of ours that the index does not show at its time is looked up before anybody is accused', async () => {
    const world = await createReconciledRoom('infobip');
    await lookFor(world, 10);
    await world.send();
    world.change({ sent: { between: () => Promise.resolve([]) } });
    expect((await lookFor(world, 10)).surplus).toBeNull();
    world.rogue();
    expect((await lookFor(world, 10)).surplus).toMatchObject({ messages: 1 });
  });

  test('a look that fails is seen by whoever watches the function', async () => {
    const world = await createReconciledRoom('infobip');
    const read = () => Promise.reject(new Error('no table'));
    world.change({ store: { ...world.deps.store, read } });
    await expect(world.look()).rejects.toMatchObject({ code: 'look-failed' });
  });
});

describe('use of the key elsewhere that is expected', () => {
  const until = (world: ReconciledRoom, days: number) => new Date(world.now() + days * DAY).toISOString();

  test.each([...LISTING, 'd7'] as const)(
    '%s: it does not page until the date, is shown, and pages afterwards',
    async (name) => {
      const world = await createReconciledRoom(name);
      await lookFor(world, 20);
      await world.command({ action: 'adopt', until: until(world, 2) });
      world.rogue(2);
      const report = await lookFor(world, 25);
      expect(report.surplus).toBeNull();
      expect(report.adoption).toMatchObject({ isOn: true, idleDays: 0 });
      const sender = name === 'd7' ? 'account' : 'Stranger';
      expect(report.adoption?.senders).toMatchObject([{ sender, messages: name === 'd7' ? 0 : 2 }]);
      expect(world.emitted.every(({ Surplus }) => Surplus === 0)).toBe(true);
      expect(world.emitted.some(({ KnownForeignUse }) => KnownForeignUse! > 0)).toBe(true);

      world.advance(2 * DAY);
      await lookFor(world, 20);
      expect((await world.command({ action: 'report' })).adoption).toMatchObject({ isOn: false, idleDays: 2 });
      world.rogue();
      expect((await lookFor(world, 25)).surplus).not.toBeNull();
    },
  );

  test('the date may be moved, and what is known stays known; null ends it', async () => {
    const world = await createReconciledRoom('twilio');
    await lookFor(world, 10);
    await world.command({ action: 'adopt', until: until(world, 1) });
    world.rogue();
    await lookFor(world, 10);
    const { adoption } = await world.command({ action: 'adopt', until: until(world, 30) });
    expect(adoption?.senders).toHaveLength(1);
    expect((await world.command({ action: 'adopt', until: null })).adoption).toMatchObject({ isOn: false });
    world.rogue();
    expect((await lookFor(world, 10)).surplus).toMatchObject({ messages: 1 });
  });

  test.each(['yesterday', '2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z'])(
    'fails when it is to end at %s',
    async (date) => {
      const world = await createReconciledRoom('twilio');
      await expect(world.command({ action: 'adopt', until: date })).rejects.toThrow('configuration');
    },
  );
});
