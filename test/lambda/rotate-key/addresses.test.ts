import type { HttpRequest } from '../../../lambda/shared/http.ts';
import { createTestRoom, type Interference, type TestRoom } from './support/room.ts';
import { EGRESS } from './support/simulated-http.ts';

const SECOND = '203.0.113.11';
const NEW = '203.0.113.20';
const HOUR = 3600;

const imported = async (interference?: Interference): Promise<TestRoom> => {
  const room = createTestRoom('infobip', interference);
  await room.putCandidate();
  await room.command('import');
  return room;
};

/** What is deployed: the addresses in use, and those allowed beside. */
const deploy = (room: TestRoom, inUse: readonly string[], also: readonly string[] = []): void =>
  room.configure({ addressesInUse: inUse, allowedAddresses: [...inUse, ...also] });

const bound = (room: TestRoom): readonly string[] =>
  room.simulator.credentials().findLast(({ state }) => state === 'active')?.allowedIps ?? [];
/** What somebody does in the provider's portal. */
const inPortal = async (room: TestRoom, entries: readonly string[]): Promise<void> => {
  const { value } = (await room.sending.get('AWSCURRENT'))!;
  const managing = (await room.managing.get('AWSCURRENT'))!.value;
  await room.keys.provider.addressBinding!.bind(managing, room.keys.provider.keyIdOf(value)!, entries);
};
const getsIn = async (room: TestRoom): Promise<boolean> =>
  (await room.keys.provider.check((await room.sending.get('AWSCURRENT'))!.value, ['sms'])) === 'ok';
const sweepAfter = async (room: TestRoom, seconds: number) => {
  room.advance(seconds);
  return room.command('sweep');
};
const differing = (room: TestRoom): number | undefined =>
  room.emitted.findLast((values) => 'AddressesDiffer' in values)?.AddressesDiffer;
const reportOf = async (room: TestRoom) => {
  const result = await room.command('addresses');
  return result.ok ? result.addresses! : undefined;
};

/** Doors that let everything through and count changes of addresses. */
const counting = () => {
  const changes: HttpRequest[] = [];
  const interference: Interference = {
    secret: (secret) => secret,
    table: (table) => table,
    http: (http) => (request) => {
      if (request.method === 'PUT' && String(request.body).includes('allowedIPs')) changes.push(request);
      return http(request);
    },
  };
  return { interference, changes };
};

describe('the sweep and addresses', () => {
  test('changes nothing while both sides agree, and says so', async () => {
    const { interference, changes } = counting();
    const room = await imported(interference);
    await sweepAfter(room, HOUR);
    const before = JSON.stringify([...room.table.items]);
    await sweepAfter(room, HOUR);
    expect([changes.length, differing(room)]).toEqual([0, 0]);
    expect(JSON.stringify([...room.table.items])).toBe(before);
  });

  test('adds what is missing at once, beside what is there', async () => {
    const room = await imported();
    deploy(room, [EGRESS, SECOND], [NEW]);
    await inPortal(room, [EGRESS, '198.51.100.0/24']);
    await sweepAfter(room, HOUR);
    expect(bound(room)).toEqual([EGRESS, '198.51.100.0/24', SECOND, NEW]);
  });

  test('takes off what nobody wants, once a later sweep has seen it and the grace period is over', async () => {
    const room = await imported();
    deploy(room, [EGRESS]);
    await sweepAfter(room, HOUR);
    expect([bound(room), differing(room)]).toEqual([[EGRESS, SECOND], 1]);
    await sweepAfter(room, 800);
    expect(bound(room)).toEqual([EGRESS, SECOND]);
    await sweepAfter(room, 101);
    expect([bound(room), differing(room)]).toEqual([[EGRESS], 0]);
  });

  test('begins to count anew when something else turns out to be too much', async () => {
    const room = await imported();
    deploy(room, [EGRESS]);
    await sweepAfter(room, HOUR);
    await inPortal(room, [EGRESS, SECOND, NEW]);
    await sweepAfter(room, HOUR);
    expect(bound(room)).toEqual([EGRESS, SECOND, NEW]);
    await sweepAfter(room, HOUR);
    expect(bound(room)).toEqual([EGRESS]);
  });

  test('takes nothing off before what was added has stood for the grace period', async () => {
    const room = await imported();
    deploy(room, [EGRESS]);
    await sweepAfter(room, HOUR);
    deploy(room, [EGRESS, NEW]);
    await sweepAfter(room, HOUR);
    expect(bound(room)).toEqual([EGRESS, SECOND, NEW]);
    await sweepAfter(room, 60);
    expect(bound(room)).toEqual([EGRESS, SECOND, NEW]);
    await sweepAfter(room, 900);
    expect(bound(room)).toEqual([EGRESS, NEW]);
  });

  test('binds a key that works from everywhere, as carefully as it removes', async () => {
    const room = await imported();
    await inPortal(room, []);
    await sweepAfter(room, HOUR);
    expect([bound(room), differing(room)]).toEqual([[], 1]);
    await sweepAfter(room, HOUR);
    expect(bound(room)).toEqual([EGRESS, SECOND]);
  });

  test.each([
    ['an address', [EGRESS, SECOND]],
    ['the freedom to come from everywhere', []],
  ])('fails with address-refused and puts %s back when the room needs it after all', async (_, before) => {
    const { interference, changes } = counting();
    const room = await imported(interference);
    await inPortal(room, before);
    // What is configured is wrong: sends leave from elsewhere.
    room.source = SECOND;
    deploy(room, [EGRESS]);
    await sweepAfter(room, HOUR);
    changes.length = 0;
    expect(await sweepAfter(room, HOUR)).toMatchObject({ ok: false, code: 'address-refused' });
    expect([bound(room), await getsIn(room), differing(room)]).toEqual([before, true, 1]);
    expect(room.total('RotationFailed')).toBe(1);
    // And never again.
    for (let sweep = 0; sweep < 3; sweep += 1) expect(await sweepAfter(room, HOUR)).toMatchObject({ ok: true });
    expect([changes.length, differing(room)]).toEqual([2, 1]);
  });

  test('puts back what an hour later turns out to be needed, when the provider was slow', async () => {
    const room = await imported();
    room.simulator.changeAccount({ propagationSeconds: 300 });
    room.source = SECOND;
    deploy(room, [EGRESS]);
    await sweepAfter(room, HOUR);
    expect(await sweepAfter(room, HOUR)).toMatchObject({ ok: true });
    expect(bound(room)).toEqual([EGRESS]);
    expect(await sweepAfter(room, HOUR)).toMatchObject({ ok: false, code: 'address-refused' });
    room.advance(301);
    expect([bound(room), await getsIn(room)]).toEqual([[EGRESS, SECOND], true]);
  });

  test('puts back at once although the answer to the removal was lost', async () => {
    let lose = false;
    const room = await imported({
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => async (request) => {
        const result = await http(request);
        if (!lose || request.method !== 'PUT') return result;
        lose = false;
        return { kind: 'no-answer', cause: 'timeout' };
      },
    });
    room.source = SECOND;
    deploy(room, [EGRESS]);
    await sweepAfter(room, HOUR);
    lose = true;
    expect(await sweepAfter(room, HOUR)).toMatchObject({ ok: false, code: 'address-refused' });
    expect(await getsIn(room)).toBe(true);
  });

  test('tries three times to put back', async () => {
    let refuse = 0;
    const room = await imported({
      secret: (secret) => secret,
      table: (table) => table,
      http: (http) => (request) => {
        if (request.method === 'PUT' && String(request.body).includes(SECOND) && refuse > 0) {
          refuse -= 1;
          return Promise.resolve({ kind: 'response', status: 503, headers: {}, body: '{}' });
        }
        return http(request);
      },
    });
    room.source = SECOND;
    deploy(room, [EGRESS]);
    await sweepAfter(room, HOUR);
    refuse = 2;
    expect(await sweepAfter(room, HOUR)).toMatchObject({ ok: false, code: 'address-refused' });
    expect(await getsIn(room)).toBe(true);
  });

  test('takes nothing off a key that the provider does not take now', async () => {
    const room = await imported();
    deploy(room, [EGRESS]);
    await sweepAfter(room, HOUR);
    room.source = '198.51.100.9';
    await sweepAfter(room, HOUR);
    expect(bound(room)).toEqual([EGRESS, SECOND]);
  });

  test('adds to a draining key too, and takes nothing off it', async () => {
    const room = await imported();
    await room.rotate();
    deploy(room, [EGRESS], [NEW]);
    await sweepAfter(room, 60);
    const lists = () =>
      room.simulator
        .credentials()
        .filter(({ state }) => state === 'active')
        .map(({ allowedIps }) => allowedIps);
    expect(lists()).toEqual([
      [EGRESS, SECOND, NEW],
      [EGRESS, SECOND, NEW],
    ]);
    expect(differing(room)).toBe(1);
  });

  test('makes at most one change per key and sweep, and leaves three quarters of the provider’s day to others', async () => {
    const { interference, changes } = counting();
    const room = await imported(interference);
    for (let sweep = 0; sweep < 30; sweep += 1) {
      // The address changes with every deploy, four times an hour.
      deploy(room, [EGRESS, `203.0.113.${100 + sweep}`]);
      const before = changes.length;
      await sweepAfter(room, 900);
      expect(changes.length - before).toBeLessThanOrEqual(1);
    }
    expect(changes.length).toBe(10);
    expect(differing(room)).toBeGreaterThan(0);
    await sweepAfter(room, 24 * HOUR);
    expect(changes.length).toBe(11);
  });

  test('leaves everything alone when no address is configured', async () => {
    const { interference, changes } = counting();
    const room = await imported(interference);
    deploy(room, []);
    for (let sweep = 0; sweep < 3; sweep += 1) await sweepAfter(room, HOUR);
    expect([changes.length, bound(room)]).toEqual([0, [EGRESS, SECOND]]);
  });

  test('has nothing to do with keys that no room made', async () => {
    const room = await imported();
    const { value } = (await room.managing.get('AWSCURRENT'))!;
    const other = { allowedAddresses: ['198.51.100.7'], channels: ['sms'] as const, validUntil: room.now() + 1e9 };
    const { providerKeyId } = await room.keys.provider.create(value, { name: 'newsletter', ...other });
    deploy(room, [EGRESS], [NEW]);
    for (let sweep = 0; sweep < 3; sweep += 1) await sweepAfter(room, HOUR);
    expect(room.simulator.credentials().find(({ id }) => id === providerKeyId)?.allowedIps).toEqual(['198.51.100.7']);
  });
});

describe('a change of addresses in two phases', () => {
  test('never locks the room out', async () => {
    const room = await imported();
    deploy(room, [EGRESS], [NEW]);
    expect((await reportOf(room))?.inStep).toBe(false);
    await sweepAfter(room, 60);
    // Bound, and perhaps not known to every server yet.
    expect(await reportOf(room)).toMatchObject({ inStep: false, settledAt: expect.any(String) as string });
    // SECOND goes as well.
    await sweepAfter(room, HOUR);
    await sweepAfter(room, HOUR);
    expect(await reportOf(room)).toMatchObject({ inStep: true, settledAt: null, check: 'ok' });
    room.source = NEW;
    expect(await getsIn(room)).toBe(true);
    deploy(room, [NEW], [EGRESS]);
    await sweepAfter(room, HOUR);
    expect(bound(room)).toEqual([EGRESS, NEW]);
    deploy(room, [NEW]);
    await sweepAfter(room, HOUR);
    await sweepAfter(room, HOUR);
    expect([bound(room), await getsIn(room)]).toEqual([[NEW], true]);
  });
});

describe('addresses', () => {
  test('compares both sides, tries the key from inside, and changes nothing', async () => {
    const { interference, changes } = counting();
    const room = await imported(interference);
    deploy(room, [EGRESS], [NEW]);
    const before = JSON.stringify([...room.table.items]);
    expect(await reportOf(room)).toMatchObject({
      wanted: [
        { address: EGRESS, inUse: true },
        { address: NEW, inUse: false },
      ],
      keys: [{ state: 'active', bound: [EGRESS, SECOND], missing: [NEW], surplus: [SECOND] }],
      check: 'ok',
      inStep: false,
    });
    expect([changes.length, JSON.stringify([...room.table.items])]).toEqual([0, before]);
  });

  test('tells a key that is not taken from here from one that is bad', async () => {
    const room = await imported();
    room.source = NEW;
    expect(await reportOf(room)).toMatchObject({ check: 'address-refused', inStep: false });
    room.source = EGRESS;
    const { value } = (await room.managing.get('AWSCURRENT'))!;
    await room.keys.provider.revoke(value, room.simulator.credentials()[0]!.id);
    expect(await reportOf(room)).toMatchObject({ check: 'refused', inStep: false });
  });

  test.each(['d7', 'twilio'] as const)('cannot tell where %s has no way, but for the check', async (provider) => {
    const room = createTestRoom(provider);
    await room.putCandidate();
    await room.command('import');
    expect(await reportOf(room)).toMatchObject({ keys: [], inStep: null, check: 'ok' });
  });

  test('fails without a key', async () => {
    expect(await createTestRoom('infobip').command('addresses')).toMatchObject({ ok: false, code: 'room-has-no-key' });
  });
});
