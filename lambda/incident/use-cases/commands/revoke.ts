import type { KeysCommand } from '../../../shared/keys-command.ts';
import type { IncidentPorts, Job } from '../../ports.ts';
import { type Asker, createAsker } from '../ask-keys.ts';
import type { Command, CommandEnd } from '../command.ts';
import { type Leak, LEAKS } from '../leaks.ts';
import { type Progress, StepError } from '../progress.ts';
import { setRoom } from '../room-freeze.ts';

const DEFAULT = 'sending';
const WHICH = 'what has to die';

/**
 * Ends a key that has leaked, at the provider first, replaces it, and goes on asking until it is proved dead.
 *
 * What has to die is found out once and kept before anything is done, so that no run ends a successor. Sending is not
 * frozen: a thief does not come through the room's door, and what the provider refuses waits. Only where the provider
 * gives no answer, so that nothing can be revoked, the room is frozen, and stays so until a person unfreezes it.
 */
export const revoke: Command = {
  takes: ['credential'],
  // A run asks the function that keeps the keys, which may take 120 s.
  leaseMs: 150_000,
  check: (_ports, { credential = DEFAULT }) =>
    Object.hasOwn(LEAKS, credential)
      ? undefined
      : { field: 'credential', detail: 'there is no such credential', allowed: Object.keys(LEAKS).join(', ') },
  run: async (ports, job, progress) => {
    const leak = LEAKS[job.arguments.credential ?? DEFAULT];
    if (leak === undefined) throw new TypeError('there is no such credential');
    const keys = createAsker(ports);
    const found = await progress.find(WHICH, async () => {
      const other = await sameOf(ports, job);
      if (other) return { found: other.found, detail: `${leak.what}: what ${other.session} has commanded already` };
      const living = leak.living(await keys.ask({ action: 'status' }));
      if (living.length === 0) throw new StepError(NO_KEY);
      return { found: living.join(' '), detail: `${leak.what}, version ${living.join(' and ')}` };
    });
    if (found === undefined) return keys.endOf('nothing was revoked');
    const versions = found.split(' ');
    const command = (name: string, asked: KeysCommand) =>
      progress.step(name, async () => (await keys.ask(asked)).steps.join(' '));
    if (!(await command('revocation', leak.revoke(versions)))) return notRevoked(ports, job, progress, keys, leak);
    if (!(await command('new key', leak.replace(versions)))) {
      return keys.endOf(`${leak.what} is revoked, and no new key is in use: what apps send waits`);
    }
    return endOf(ports, leak, await leftToProve(progress, keys, leak, versions));
  },
};

/** Somebody else's command that is not at its end: it means the same, and not the key that it has made meanwhile. */
const sameOf = async ({ jobs }: IncidentPorts, job: Job) => {
  const credential = (one: Job): string => one.arguments.credential ?? DEFAULT;
  const others = (await jobs.ongoing()).filter(
    (one) => one.id !== job.id && one.command === job.command && credential(one) === credential(job),
  );
  for (const { steps, caller } of others) {
    const found = steps.find(({ name, state }) => name === WHICH && state === 'done')?.found;
    if (found !== undefined) return { found, session: caller.session };
  }
  return undefined;
};

const NO_KEY = {
  code: 'room-has-no-key',
  message: 'the room has none',
  retryable: false,
  fix: 'Import one: keyroom import-key.',
} as const;

const notRevoked = async (
  ports: IncidentPorts,
  job: Job,
  progress: Progress,
  keys: Asker,
  { what }: Leak,
): Promise<CommandEnd> => {
  const todo = `Whoever has ${what} may use it. To end it sooner, do so in the provider’s console: the room then goes on.`;
  if (keys.refusal()?.code !== 'provider-unreachable') return { todo, ...keys.endOf(`${what} is not revoked`) };
  const { outcome } = await setRoom(ports, job, progress, true);
  return {
    state: 'running',
    outcome: `the provider gives no answer: ${what} is not dead; it is tried again every minute for half an hour; after that, command it again. Meanwhile ${outcome}`,
    todo,
  };
};

/**
 * The step is done with the proof alone: until then every run asks again.
 *
 * @returns what a person has to do about it, if anything. `undefined`: it is proved
 */
const leftToProve = async (
  progress: Progress,
  keys: Asker,
  leak: Leak,
  versions: readonly string[],
): Promise<string | undefined> => {
  let todo = '';
  const isDone = await progress.step('proof of death', async () => {
    const standing = await keys.ask(leak.revoke(versions));
    todo = standing.managing.flatMap((one) => (one.state === 'draining' ? [one.todo ?? ''] : [])).join(' ');
    const dead = leak.all(standing).filter(({ state, versionId }) => state === 'dead' && versions.includes(versionId));
    if (dead.length === versions.length) return `the provider refuses ${leak.what}`;
    const message = `${leak.what} is not proved dead: ${standing.steps.join(' ')}`;
    throw new StepError({ code: 'not-proved-dead', message, retryable: false, fix: todo });
  });
  return isDone ? undefined : todo;
};

/** @param left as {@link leftToProve} says */
const endOf = async ({ roomState, room }: IncidentPorts, { what }: Leak, left: string | undefined) => {
  const isFrozen = (await roomState.read())?.frozen === true;
  const todo = [
    ...(left ? [left] : []),
    ...(isFrozen ? [`Let the room send again: keyroom unfreeze ${room.room} -e ${room.environment}`] : []),
  ].join(' ');
  const inUse = isFrozen ? 'a new key is there, and the room is frozen' : 'a new key is in use';
  const end: CommandEnd =
    left === undefined
      ? { state: 'done', outcome: `${what} is dead, and ${inUse}` }
      : {
          state: 'unproved',
          outcome: `${inUse}; ${what} is not proved dead, and is asked about every minute for half an hour, then every hour`,
        };
  return { ...end, ...(todo !== '' && { todo }) };
};
