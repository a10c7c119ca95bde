import type { RoomCommand } from '../../../../lambda/rotate-key/contract.ts';
import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { consoleOf, firstCredential } from './console.ts';
import { PREFIX, type TestRoom } from './room.ts';
import { type Act, alarm, begunRotation, command, pause, type Story } from './story.ts';

/** More than there are faults: somebody who repeats a command gets there. */
const TRIES = 5;
/** Longer than the claim of a run that crashed. */
const PAUSE_SECONDS = 200;

/** A command with what was fixed before the first try, repeated until it is done. */
const commanded = (
  action: RoomCommand['action'],
  fixed: (room: TestRoom) => Omit<RoomCommand, 'action'>,
  tries = TRIES,
): Act => ({
  name: action,
  move: async (room, { attempt = 1 }) => {
    if ((await room.command(action, fixed(room))).ok || attempt === tries) return 'over';
    room.advance(PAUSE_SECONDS);
    return { attempt: Number(attempt) + 1 };
  },
});

/** What leaked, by version: known before there are faults. */
interface Leak {
  readonly sending: Set<string>;
  readonly managing: Set<string>;
}

const leakIn = ({ sending, managing }: Leak, room: TestRoom) => ({
  versions: [...sending].filter((id) => room.sending.versions.has(id)),
  managing: [...managing].find((id) => room.managing.versions.has(id)) ?? '',
});

/** A room whose key is in other hands; before it, one drains, or after it, one pends whose rotation is stuck. */
const begun = async (room: TestRoom, leak: Leak, isStuck: boolean, hasStandby: boolean): Promise<void> => {
  await room.putCandidate();
  await room.command('import');
  if (isStuck) await room.step('createSecret', room.beginRotation());
  else await room.rotate();
  if (hasStandby) {
    await room.putCandidate(consoleOf(room).make(room, 'second'), ['AWSCURRENT', 'KEYROOM_STANDBY']);
    await room.command('import');
  }
  // Longer than the command waits for the refusal of one key. What was made before is taken everywhere.
  room.advance(60);
  room.simulator.changeAccount({ propagationSeconds: 8 });
  for (const stage of isStuck ? ['AWSCURRENT'] : ['AWSCURRENT', 'KEYROOM_DRAINING']) {
    leak.sending.add(room.sending.holder(stage) ?? '');
  }
  leak.managing.add(room.managing.holder('AWSCURRENT') ?? '');
};

/** At a provider that ends a key only with the credential that made it: what a person does, as the command says. */
const deletion = (isNeeded: boolean): Act => ({
  name: 'deletion at the provider',
  move: (room) => {
    if (isNeeded) consoleOf(room).remove(room, firstCredential(room));
    return Promise.resolve('over');
  },
});

const leakedAlive = (room: TestRoom, versions: readonly string[]): readonly string[] => {
  const text = versions.map((id) => room.sending.versions.get(id)?.text ?? '').join();
  const living = room.simulator.credentials().filter(({ state }) => state === 'active');
  const values = room.simulator.secrets().filter(({ id }) => living.some((key) => key.id === id));
  const isAlive =
    living.some(({ label }) => versions.includes(label.slice(PREFIX.length))) ||
    values.some(({ value }) => text.includes(value));
  return isAlive ? ['a leaked key lives'] : [];
};

const ended = async (room: TestRoom, leak: Leak, action: 'revoke' | 'revoke-managing') => {
  const fixed = leakIn(leak, room);
  const broken = [...leakedAlive(room, fixed.versions)];
  const status = await room.command('status');
  const { credentials, managing } = status.ok ? status : { credentials: [], managing: [] };
  const unproved = fixed.versions.filter((id) => credentials.find((key) => key.versionId === id)?.state !== 'dead');
  if (unproved.length > 0) broken.push('a leaked key is dead and not said to be');
  const old = managing.find(({ versionId }) => versionId === fixed.managing);
  if (action === 'revoke-managing' && old?.state !== 'dead') broken.push(`the leaked credential is ${old?.state}`);
  const successor = room.sending.holder('AWSCURRENT');
  for (const repeated of action === 'revoke' ? (['revoke', 'replace'] as const) : [action]) {
    const again = await room.command(repeated, fixed);
    if (!again.ok) broken.push(`a repeat of ${repeated} fails: ${again.code}`);
  }
  if (room.sending.holder('AWSCURRENT') !== successor) broken.push('a repeat replaced the successor');
  return broken;
};

/** How a leak is answered. */
interface Answer {
  readonly action: 'revoke' | 'revoke-managing';
  /** Whether the alarm on refused keys comes before the successor. */
  readonly isAlarmed?: boolean;
  readonly isStuck?: boolean;
}

/**
 * A key, or what makes the keys, is revoked and replaced under faults; at the end the command is repeated.
 *
 * @param currentKeyLives what must hold in every story whenever a call changed something; here of every key but the leaked
 * @param endedWell what must hold at the end of every story
 */
export const revocationStory =
  ({ action, isAlarmed = false, isStuck = false }: Answer, currentKeyLives: Story['always'], endedWell: Story['end']) =>
  (provider: SimulatedProviderName): Story => {
    const leak: Leak = { sending: new Set(), managing: new Set() };
    const fixed = (room: TestRoom) => leakIn(leak, room);
    const isMinted = provider === 'd7';
    const interrupted = isAlarmed ? [commanded(action, fixed, 1), alarm, begunRotation] : [];
    const replaced = action === 'revoke' ? [commanded('replace', fixed)] : [];
    const isDeleted = isMinted || action === 'revoke-managing';
    return {
      provider,
      begin: (room) => begun(room, leak, isStuck, isDeleted),
      acts: [...interrupted, commanded(action, fixed), ...replaced, deletion(isDeleted), pause(200), command('sweep')],
      always: (room) => (leak.sending.has(room.sending.holder('AWSCURRENT') ?? '') ? [] : currentKeyLives(room)),
      end: async (room, injected) => {
        // Not after a grace period.
        const early = leakedAlive(room, leakIn(leak, room).versions);
        room.advance(1000);
        await room.command('sweep');
        room.advance(3700);
        const sweep = await room.command('sweep');
        return [
          ...early,
          ...(sweep.ok ? [] : ['a sweep without a fault failed']),
          ...(await ended(room, leak, action)),
          ...(await endedWell(room, injected)),
        ];
      },
    };
  };
