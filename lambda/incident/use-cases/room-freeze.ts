import { describeError } from '../../shared/log.ts';
import type { IncidentPorts, Job, WantedState } from '../ports.ts';
import type { CommandEnd } from './command.ts';
import type { Progress } from './progress.ts';

/** How often a run follows commands that overtake it: each is a person who typed. */
const MOST_TURNS = 5;

/** Names of the layers as steps, in the order in which a freeze sets them; a release goes the other way. */
const LAYERS = { flags: 'flags of the apps', functions: 'functions that send', secret: 'tag on the secret' } as const;

/**
 * Makes the room what this job commands, unless somebody commands otherwise meanwhile.
 *
 * Several may be at this at once. Each writes down what it wants, which gives the commands their order, sets the layers,
 * and then looks whether its own command is still the last: if not, it sets them as the last one says. So whoever writes
 * to a layer last has looked afterwards, and the layers end as the last command says.
 */
export const setRoom = async (
  ports: IncidentPorts,
  job: Job,
  progress: Progress,
  frozen: boolean,
): Promise<CommandEnd> => {
  const wanted = await want(ports, job, frozen);
  if (wanted === undefined) {
    if (!frozen) return { state: 'running', outcome: 'the room stays frozen: the ledger does not answer; tried again' };
    return endOf(ports, true, await setLayers(ports, progress, true));
  }
  let latest = wanted;
  let held = latest.job === job.id ? await setLayers(ports, progress, frozen) : undefined;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const now = await ports.roomState.read();
    if (held !== undefined && now?.generation === latest.generation) break;
    latest = now ?? latest;
    held = await setLayers(ports, again(ports, job), latest.frozen);
  }
  return latest.frozen === frozen ? endOf(ports, frozen, held ?? []) : superseded(latest);
};

const want = async (ports: IncidentPorts, job: Job, frozen: boolean): Promise<WantedState | undefined> => {
  try {
    return await ports.roomState.want(job, frozen);
  } catch (error: unknown) {
    // A brake that waits for its own record is none.
    ports.log.error('wanted state not written', { action: job.command, ...describeError(error) });
    return undefined;
  }
};

/** Layers that did not do what they were told. */
type Failed = readonly string[];

const setLayers = (ports: IncidentPorts, progress: Pick<Progress, 'step'>, frozen: boolean): Promise<Failed> =>
  frozen ? stop(ports, progress) : release(ports, progress);

/** All at once, the fastest first: none waits for another, and one that fails leaves the others to hold. */
const stop = async (ports: IncidentPorts, { step }: Pick<Progress, 'step'>): Promise<Failed> => {
  const { secret } = ports;
  const done = await Promise.all([
    step(LAYERS.flags, () => flagApps(ports, true)),
    step(LAYERS.functions, () => ports.functions.stop()),
    secret === undefined ? true : step(LAYERS.secret, () => secret.stop()),
  ]);
  return Object.values(LAYERS).filter((_, layer) => done[layer] !== true);
};

/** One after another and the flags last: until everything else is back, nothing is let in that could not get through. */
const release = async (ports: IncidentPorts, { step }: Pick<Progress, 'step'>): Promise<Failed> => {
  const { secret } = ports;
  if (secret !== undefined && !(await step(LAYERS.secret, () => secret.release()))) return [LAYERS.secret];
  if (!(await step(LAYERS.functions, () => ports.functions.release()))) return [LAYERS.functions];
  return (await step(LAYERS.flags, () => flagApps(ports, false))) ? [] : [LAYERS.flags];
};

const flagApps = async ({ flags, room }: IncidentPorts, frozen: boolean): Promise<string> => {
  const apps = Object.keys(room.apps);
  const standing = await Promise.all(apps.map(async (app) => [app, await flags.app(app, 'room', frozen)] as const));
  if (frozen) return `no message of ${apps.join(', ')} is admitted any more`;
  const still = standing.flatMap(([app, isFrozen]) => (isFrozen ? [app] : []));
  return still.length === 0
    ? `messages of ${apps.join(', ')} are admitted again`
    : `messages are admitted again; still frozen, each by itself: ${still.join(', ')}`;
};

/** Layers once more, as somebody else commanded: no steps of this job. */
const again = (ports: IncidentPorts, { command }: Job): Pick<Progress, 'step'> => ({
  step: async (name, work) => {
    try {
      await work();
      return true;
    } catch (error: unknown) {
      ports.log.error('step failed', { action: command, step: name, ...describeError(error) });
      return false;
    }
  },
});

const endOf = ({ secret }: IncidentPorts, frozen: boolean, failed: Failed): CommandEnd => {
  const count = Object.keys(LAYERS).length - (secret === undefined ? 1 : 0);
  if (failed.length === 0) {
    return frozen
      ? { state: 'done', outcome: `the room is frozen: all ${count} layers hold` }
      : { state: 'done', outcome: 'the room is unfrozen; what waits goes out' };
  }
  const which = failed.join(', ');
  return frozen
    ? { state: 'running', outcome: `${count - failed.length} of ${count} layers hold; tried again: ${which}` }
    : { state: 'running', outcome: `the room stays frozen; tried again: ${which}` };
};

const superseded = ({ frozen, by }: WantedState): CommandEnd => ({
  state: 'superseded',
  outcome: `${by.session} commanded otherwise meanwhile: the room is ${frozen ? 'frozen' : 'not frozen'}`,
});
