import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { healingStory } from './healing-story.ts';
import { PREFIX, type TestRoom } from './room.ts';
import { revocationStory } from './revocation-story.ts';
import { command, pause, rotation, type Story } from './story.ts';
import { swapStory } from './swap-story.ts';

const active = (room: TestRoom) => room.simulator.credentials().filter(({ state }) => state === 'active');

const isDualKey = (room: TestRoom): boolean => room.keys.provider.strategy === 'dual-key';

/** Whoever fetches AWSCURRENT at this moment must be able to send with it. */
const currentKeyLives = (room: TestRoom): readonly string[] => {
  const text = room.sending.versions.get(room.sending.holder('AWSCURRENT') ?? '')?.text;
  if (text == null || text === '{}') return [];
  const living = new Set(active(room).map(({ id }) => id));
  const isLiving = room.simulator.secrets().some(({ id, value }) => text.includes(value) && living.has(id));
  return isLiving ? [] : ['AWSCURRENT holds a dead key'];
};

/** Own live keys whose version carries no label: nobody would ever find them again. */
const orphans = (room: TestRoom): number =>
  active(room)
    .filter(({ label }) => label.startsWith(PREFIX))
    .filter(({ label }) => (room.sending.versions.get(label.slice(PREFIX.length))?.stages.size ?? 0) === 0).length;

/** Tokens the provider minted that no version of the secret ever held. */
const unstoredTokens = (room: TestRoom): number => {
  const held = [...room.sending.versions.values()].filter(({ text }) => text !== null && text !== '{}').length;
  return room.simulator.credentials().length - held;
};

const lostTokens = (room: TestRoom, injected: number): readonly string[] => {
  const lost = isDualKey(room) ? 0 : unstoredTokens(room);
  return [
    ...(lost > injected ? [`${lost} lost tokens after ${injected} faults`] : []),
    ...(lost > room.total('OrphanKeys') ? [`${lost} lost tokens, ${room.total('OrphanKeys')} counted`] : []),
  ];
};

/** One sweep, one that ends what is stuck, and a rotation, all without a fault. */
const endedWell: Story['end'] = async (room, injected) => {
  const broken: string[] = [];
  room.advance(600);
  if (!(await room.command('sweep')).ok) broken.push('a sweep without a fault failed');
  if (isDualKey(room) && orphans(room) > 0) broken.push('an orphan key lives after the next sweep');
  broken.push(...lostTokens(room, injected));
  // A pending version is first seen by one sweep and an hour later cleaned up by another.
  room.advance(3700);
  await room.command('sweep');
  const before = room.sending.holder('AWSCURRENT');
  const outcome = await room.rotate({ tries: 4 });
  if (outcome !== 'done' || room.sending.holder('AWSCURRENT') === before) broken.push('rotation is stuck');
  room.advance(1000);
  await room.command('sweep');
  if (isDualKey(room) && active(room).length !== 1) broken.push('more than one key lives at the end');
  return [...broken, ...currentKeyLives(room)];
};

/** Two rotations under faults, each with a sweep after its grace period; then sweeps and one rotation without. */
const rotationStory = (provider: SimulatedProviderName): Story => ({
  provider,
  begin: async (room) => {
    await room.putCandidate();
    await room.command('import');
  },
  acts: [rotation, pause(1000), command('sweep'), rotation, pause(1000), command('sweep')],
  always: currentKeyLives,
  end: endedWell,
});

/** An import under faults, which a person tries twice, then what the next sweep makes of it. */
const importStory = (provider: SimulatedProviderName): Story => ({
  provider,
  begin: async (room) => {
    await room.putCandidate();
  },
  acts: [command('import', { tries: 2 })],
  always: currentKeyLives,
  end: async (room, injected) => {
    const broken: string[] = [];
    const [token] = room.inbox.versions.keys();
    room.advance(200);
    if (!(await room.command('sweep')).ok) broken.push('a sweep without a fault failed');
    if (room.sending.holder('AWSCURRENT') !== token) broken.push('the candidate’s key is not the current one');
    if (room.managing.holder('AWSCURRENT') !== token) broken.push('the candidate is not the managing credential');
    if (room.inbox.holder('AWSCURRENT') === token || room.inbox.holder('AWSPREVIOUS') !== undefined) {
      broken.push('the candidate is still in the inbox');
    }
    if (isDualKey(room) && active(room).length !== 1) broken.push('more than one key lives');
    broken.push(...lostTokens(room, injected));
    if ((await room.rotate()) !== 'done') broken.push('rotation is stuck');
    return broken;
  },
});

/** Every story, by its name: `npm test` plays them with at most two faults, `npm run prove` with three. */
export const STORIES: Readonly<Record<string, (provider: SimulatedProviderName) => Story>> = {
  rotation: rotationStory,
  import: importStory,
  swap: swapStory(currentKeyLives, endedWell),
  healing: healingStory(false, currentKeyLives, endedWell),
  'healing while a key drains': healingStory(true, currentKeyLives, endedWell),
  revocation: revocationStory({ action: 'revoke' }, currentKeyLives, endedWell),
  'revocation beside a stuck rotation': revocationStory(
    { action: 'revoke', isStuck: true },
    currentKeyLives,
    endedWell,
  ),
  'revocation beside healing': revocationStory({ action: 'revoke', isAlarmed: true }, currentKeyLives, endedWell),
  'revocation of what makes keys': revocationStory({ action: 'revoke-managing' }, currentKeyLives, endedWell),
};
