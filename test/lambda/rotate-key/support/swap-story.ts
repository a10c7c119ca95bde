import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { consoleOf, firstCredential } from './console.ts';
import type { TestRoom } from './room.ts';
import { command, pause, type Act, type Story } from './story.ts';

/** More than there are faults: somebody who repeats a command gets there. */
const TRIES = 5;
const PAUSE_SECONDS = 200;

/** The first two versions of the managing secret: what was imported first, and the standby. */
const versionsOf = (room: TestRoom) => [...room.managing.versions.keys()];

/** A person repeats a command until it is done. */
const repeated = (name: string, isDone: (room: TestRoom) => Promise<boolean>): Act => ({
  name,
  move: async (room, { attempt = 1 }) => {
    if ((await isDone(room)) || attempt === TRIES) return 'over';
    room.advance(PAUSE_SECONDS);
    return { attempt: Number(attempt) + 1 };
  },
});

const importStandby = repeated('import', async (room) => {
  const result = await room.command('import');
  // An answer that was lost is followed by an inbox that is empty.
  return result.ok || (result.code === 'candidate-missing' && room.managing.holder('KEYROOM_STANDBY') !== undefined);
});

const swap = repeated('swap', async (room) => {
  const [, standby = ''] = versionsOf(room);
  return (await room.command('swap', { standby })).ok;
});

/** Without waiting for the end of the grace period: functions read the new key when the old one is refused. */
const deleteFirst: Act = {
  name: 'deletion at the provider',
  move: (room) => {
    consoleOf(room).remove(room, firstCredential(room));
    return Promise.resolve('over');
  },
};

/** The room's managing credential must be one that the provider knows. */
const managingLives = (room: TestRoom): readonly string[] => {
  const text = room.managing.versions.get(room.managing.holder('AWSCURRENT') ?? '')?.text ?? '{}';
  const secret = Object.values(JSON.parse(text) as Readonly<Record<string, string>>).at(-1) ?? '';
  return JSON.stringify(room.simulator.account()).includes(secret)
    ? []
    : ['AWSCURRENT of managing holds a dead credential'];
};

const ended = async (room: TestRoom): Promise<readonly string[]> => {
  const broken: string[] = [];
  const [old = '', standby = ''] = versionsOf(room);
  const status = await room.command('status');
  const { credentials, managing } = status.ok ? status : { credentials: [], managing: [] };
  const stateOf = (versionId: string): string =>
    managing.find((one) => one.versionId === versionId)?.state ?? 'unknown';
  if (stateOf(old) !== 'dead') broken.push(`the old credential is ${stateOf(old)}`);
  if (stateOf(standby) !== 'active') broken.push(`the standby is ${stateOf(standby)}`);
  if (room.managing.holder('AWSCURRENT') !== standby) broken.push('the standby did not take over');
  for (const secret of [room.sending, room.managing]) {
    const labels = [...secret.versions.values()].flatMap(({ stages }) => [...stages]);
    if (labels.some((label) => label.startsWith('KEYROOM'))) broken.push('a label is left behind');
  }
  if (credentials.some(({ state }) => state === 'not-provably-dead'))
    broken.push('a key of the old credential is not proved dead');
  return broken;
};

/**
 * A standby is imported and swapped to, and the old credential deleted at the provider, all under faults; then sweeps and a
 * rotation without.
 *
 * @param usual what must hold in every story whenever a call changed something
 * @param endedWell what must hold at the end of every story
 */
export const swapStory =
  (usual: Story['always'], endedWell: Story['end']) =>
  (provider: SimulatedProviderName): Story => ({
    provider,
    begin: async (room) => {
      await room.putCandidate();
      await room.command('import');
      await room.putCandidate(consoleOf(room).make(room, 'second'), ['AWSCURRENT', 'KEYROOM_STANDBY']);
    },
    acts: [importStandby, swap, deleteFirst, pause(1000), command('sweep'), pause(1000), command('sweep')],
    always: (room) => [...usual(room), ...managingLives(room)],
    end: async (room, injected) => {
      room.advance(1000);
      const sweep = await room.command('sweep');
      room.advance(3700);
      await room.command('sweep');
      return [
        ...(sweep.ok ? [] : ['a sweep without a fault failed']),
        ...(await ended(room)),
        ...(await endedWell(room, injected)),
      ];
    },
  });
