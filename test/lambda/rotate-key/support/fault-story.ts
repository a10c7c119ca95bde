import { SecretValue } from '../../../../lambda/shared/secret-value.ts';
import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { createFaultInjector, type Fault, isRead, runEverySchedule, type Schedule } from './faults.ts';
import { createTestRoom, PREFIX, type TestRoom } from './room.ts';

/** Faults in one schedule. `npm run prove` asks for 3. */
const MAX_FAULTS = Number(process.env.KEYROOM_MAX_FAULTS ?? 2);

// Every fault is an error, and mapping its stack back to the sources would take most of the time.
Error.stackTraceLimit = 0;

export const told = (schedule: Schedule): string =>
  [...schedule].map(([call, fault]: [number, Fault]) => `${fault} at call ${call}`).join(', ') || 'no fault';

const activeIds = (room: TestRoom): readonly string[] =>
  room.simulator
    .credentials()
    .filter(({ state }) => state === 'active')
    .map(({ id }) => id);

const isDualKey = (room: TestRoom): boolean => room.keys.provider.strategy === 'dual-key';

/** Id of the key that whoever fetches AWSCURRENT now would send with. */
const currentKeyId = (room: TestRoom): string => {
  const text = room.sending.versions.get(room.sending.holder('AWSCURRENT') ?? '')?.text ?? '{}';
  return text === '{}' ? '' : (room.keys.provider.keyIdOf(new SecretValue(text)) ?? '');
};

/** Own live keys whose version carries no label: nobody would ever find them again. */
const orphans = (room: TestRoom): readonly string[] =>
  room.simulator
    .credentials()
    .filter(({ state, label }) => state === 'active' && label.startsWith(PREFIX))
    .filter(({ label }) => (room.sending.versions.get(label.slice(PREFIX.length))?.stages.size ?? 0) === 0)
    .map(({ id }) => id);

/** Tokens the provider minted that no version of the secret ever held. */
const unstoredTokens = (room: TestRoom): number => {
  const held = [...room.sending.versions.values()].filter(({ text }) => text !== null && text !== '{}').length;
  return room.simulator.credentials().length - held;
};

/**
 * Import and two rotations under faults, then one sweep and one rotation without.
 *
 * @returns the calls made under faults, and what did not hold
 */
export const rotationStory = async (provider: SimulatedProviderName, schedule: Schedule) => {
  const faults = createFaultInjector(schedule);
  const room = createTestRoom(provider, faults);
  const broken: string[] = [];
  const command = async (action: 'import' | 'sweep') => {
    faults.start();
    return room.command(action);
  };
  const rotate = async () => {
    faults.start();
    return room.rotate({ tries: 4, before: () => faults.start() });
  };

  await room.putCandidate();
  await command('import');
  faults.armed = true;
  faults.onCall = (call) => {
    if (isRead(call)) return;
    // Whoever fetches AWSCURRENT at this moment must be able to send with it.
    if (isDualKey(room) && !activeIds(room).includes(currentKeyId(room))) broken.push('AWSCURRENT holds a dead key');
  };
  for (let rotation = 0; rotation < 2; rotation += 1) {
    await rotate();
    room.advance(1000);
    await command('sweep');
  }
  faults.armed = false;
  room.advance(600);

  if (!(await command('sweep')).ok) broken.push('a sweep without a fault failed');
  if (orphans(room).length > 0) broken.push('an orphan key lives after the next sweep');
  const tokens = unstoredTokens(room);
  if (!isDualKey(room) && tokens > faults.injected)
    broken.push(`${tokens} lost tokens after ${faults.injected} faults`);

  // A pending version is first seen by one sweep and an hour later cleaned up by another.
  room.advance(3700);
  await command('sweep');
  const before = room.sending.holder('AWSCURRENT');
  if ((await rotate()) !== 'done' || room.sending.holder('AWSCURRENT') === before) broken.push('rotation is stuck');
  room.advance(1000);
  await command('sweep');
  if (isDualKey(room) && activeIds(room).length !== 1) broken.push('more than one key lives at the end');
  return { calls: faults.calls, broken };
};

/** An import under faults, then what the next sweep makes of it. */
export const importStory = async (provider: SimulatedProviderName, schedule: Schedule) => {
  const faults = createFaultInjector(schedule);
  const room = createTestRoom(provider, faults);
  const broken: string[] = [];
  const token = await room.putCandidate();
  faults.armed = true;
  // A person tries again.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    faults.start();
    if ((await room.command('import')).ok) break;
    room.advance(200);
  }
  faults.armed = false;
  faults.start();
  room.advance(200);
  if (!(await room.command('sweep')).ok) broken.push('a sweep without a fault failed');
  if (room.sending.holder('AWSCURRENT') !== token) broken.push('the candidate’s key is not the current one');
  if (room.managing.holder('AWSCURRENT') !== token) broken.push('the candidate is not the managing credential');
  if (room.inbox.holder('AWSCURRENT') === token || room.inbox.holder('AWSPREVIOUS') !== undefined) {
    broken.push('the candidate is still in the inbox');
  }
  if (isDualKey(room) && activeIds(room).length !== 1) broken.push('more than one key lives');
  if (!isDualKey(room) && unstoredTokens(room) > faults.injected) broken.push('more tokens lost than faults');
  if ((await room.rotate()) !== 'done') broken.push('rotation is stuck');
  return { calls: faults.calls, broken };
};

/** The tests of one strategy; each in a file of its own, so that they run side by side. */
export const describeFaults = (provider: SimulatedProviderName): void => {
  describe(`${provider}: rotation under faults`, () => {
    test('without a fault, two rotations switch twice', async () => {
      const { broken, calls } = await rotationStory(provider, new Map());
      expect(broken).toEqual([]);
      expect(calls.length).toBeGreaterThan(50);
    });

    test(`an import is finished by the next sweep after any schedule of at most ${MAX_FAULTS} faults`, async () => {
      const failures: string[] = [];
      await runEverySchedule(MAX_FAULTS, async (schedule) => {
        const { calls, broken } = await importStory(provider, schedule);
        if (broken.length > 0) failures.push(`${told(schedule)}: ${broken.join('; ')}`);
        return calls;
      });
      expect(failures.slice(0, 5)).toEqual([]);
    }, 900_000);

    test(`no outage, orphan or stuck rotation under any schedule of at most ${MAX_FAULTS} faults`, async () => {
      const failures: string[] = [];
      const schedules = await runEverySchedule(MAX_FAULTS, async (schedule) => {
        const { calls, broken } = await rotationStory(provider, schedule);
        if (broken.length > 0) failures.push(`${told(schedule)}: ${broken.join('; ')}`);
        return calls;
      });
      expect(failures.slice(0, 5)).toEqual([]);
      expect(schedules).toBeGreaterThan(50 ** MAX_FAULTS);
    }, 900_000);
  });
};
