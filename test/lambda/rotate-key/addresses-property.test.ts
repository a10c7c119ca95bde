import fc from 'fast-check';

import { createFaultInjector, type Fault, FAULTS } from './support/faults.ts';
import { createTestRoom, type TestRoom } from './support/room.ts';

const RUNS = Number(process.env.KEYROOM_ADDRESS_RUNS ?? 150);
const ADDRESSES = ['203.0.113.10', '203.0.113.11', '203.0.113.12'] as const;
const HOUR = 3600;
const SETTLE = 1000;
/** Seconds until every server of the provider knows of a change. */
const PROPAGATION = 20;

type Story =
  | { readonly do: 'sweep'; readonly after: number }
  | { readonly do: 'announce' | 'switch' | 'withdraw' | 'meddle' | 'rotate' };

const stories: fc.Arbitrary<Story> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sweep' as const), after: fc.constantFrom(200, SETTLE, HOUR) }) },
  fc.record({ do: fc.constantFrom('announce', 'switch', 'withdraw', 'meddle', 'rotate') }),
);

/** Entries of the current key's list. */
const boundToCurrent = (room: TestRoom): readonly string[] => {
  const text = room.sending.versions.get(room.sending.holder('AWSCURRENT') ?? '')?.text ?? '{}';
  const { apiKeyId } = JSON.parse(text) as { apiKeyId?: string };
  return room.simulator.credentials().find(({ id }) => id === apiKeyId)?.allowedIps ?? [];
};

/**
 * Plays what a platform engineer who follows the procedure does, sweeps, rotations and somebody else in the portal,
 * under faults.
 *
 * @returns what did not hold
 */
const play = async (story: readonly Story[], schedule: ReadonlyMap<number, Fault>): Promise<readonly string[]> => {
  const faults = createFaultInjector(schedule);
  const room = createTestRoom('infobip', faults, { allowedAddresses: [ADDRESSES[0]], addressesInUse: [ADDRESSES[0]] });
  const broken: string[] = [];
  let inUse: string = ADDRESSES[0];
  let also: readonly string[] = [];
  const deploy = (): void => room.configure({ addressesInUse: [inUse], allowedAddresses: [inUse, ...also] });
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    faults.start();
    return work();
  };
  const next = (): string =>
    ADDRESSES[(ADDRESSES.indexOf(inUse as (typeof ADDRESSES)[number]) + 1) % ADDRESSES.length]!;
  faults.onCall = (call) => {
    const entries = boundToCurrent(room);
    if (entries.length > 0 && !entries.includes(inUse)) broken.push(`${inUse} was unbound by ${call}`);
  };
  const steps: Record<Exclude<Story['do'], 'sweep'>, () => Promise<unknown>> = {
    announce: () => {
      if (also.length === 0) also = [next()];
      deploy();
      return Promise.resolve();
    },
    switch: async () => {
      const [coming] = also;
      const result = await run(() => room.command('addresses'));
      if (coming === undefined || !result.ok || result.addresses?.inStep !== true) return;
      also = [inUse];
      inUse = coming;
      room.source = coming;
      deploy();
    },
    withdraw: () => {
      also = [];
      deploy();
      return Promise.resolve();
    },
    meddle: async () => {
      const { value } = (await room.sending.get('AWSCURRENT'))!;
      const extra = [...boundToCurrent(room), '198.51.100.0/24'];
      const managing = (await room.managing.get('AWSCURRENT'))!.value;
      const id = room.keys.provider.keyIdOf(value)!;
      faults.armed = false;
      await room.keys.provider.addressBinding!.bind(managing, id, [...new Set(extra)]);
      faults.armed = true;
    },
    rotate: () => run(() => room.rotate()),
  };

  await room.putCandidate();
  await room.command('import');
  room.simulator.changeAccount({ propagationSeconds: PROPAGATION });
  faults.armed = true;
  for (const step of story) {
    if (step.do === 'sweep') {
      room.advance(step.after);
      await run(() => room.command('sweep'));
    } else {
      // Longer than the claim of whoever crashed before.
      room.advance(200);
      await steps[step.do]();
    }
    faults.armed = false;
    room.advance(PROPAGATION);
    const { value } = (await room.sending.get('AWSCURRENT'))!;
    const verdict = await room.keys.provider.check(value, ['sms']);
    if (verdict !== 'ok') broken.push(`${verdict} from ${inUse} after ${step.do}`);
    faults.armed = true;
  }
  faults.armed = false;
  faults.start();
  also = [];
  deploy();
  // The provider takes so many changes a day, and a stuck rotation is ended by the second sweep.
  room.advance(24 * HOUR);
  for (let sweep = 0; sweep < 5; sweep += 1) {
    room.advance(2 * HOUR);
    await room.command('sweep');
  }
  if (boundToCurrent(room).join() !== inUse) broken.push(`in the end bound to ${boundToCurrent(room).join()}`);
  const last = await room.command('addresses');
  if (!last.ok || last.addresses?.inStep !== true) broken.push('in the end not in step');
  return broken;
};

describe('addresses under random changes, sweeps, crashes and lost answers', () => {
  test('the address in use is never unbound from the current key, and in the end both sides agree', async () => {
    const schedules = fc.array(fc.tuple(fc.nat(250), fc.constantFrom(...FAULTS)), { maxLength: 6 });
    let switched = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(stories, { minLength: 3, maxLength: 25 }), schedules, async (story, faults) => {
        switched += story.some((step) => step.do === 'switch') ? 1 : 0;
        expect(await play(story, new Map(faults))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(switched).toBeGreaterThan(0);
  }, 300_000);

  test('a whole change comes to its end without a fault', async () => {
    const change: Story[] = [
      { do: 'announce' },
      { do: 'sweep', after: HOUR },
      { do: 'sweep', after: HOUR },
      { do: 'switch' },
      { do: 'sweep', after: HOUR },
      { do: 'withdraw' },
      { do: 'sweep', after: HOUR },
      { do: 'sweep', after: HOUR },
    ];
    expect(await play([...change, { do: 'rotate' }, ...change], new Map())).toEqual([]);
  });
});
