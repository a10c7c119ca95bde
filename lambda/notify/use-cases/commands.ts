import type { DoorCommand } from '../../shared/on-call/contract.ts';
import type { Advice } from '../contract.ts';
import type { Place } from '../ports.ts';

/** What to do and what to type, in every form there is. */
export interface Typed {
  readonly words: string;
  /** The command of the clone; `null` where the runbook has words alone. */
  readonly command: string | null;
  /** The same at the operator door; `null` where it is not one of its commands. */
  readonly job: DoorCommand | null;
  /** The same with the AWS command line alone; `null` where the runbook names none. */
  readonly withoutClone: string | null;
  /** `null` where nothing has to be undone. */
  readonly undo: string | null;
}

/** An option of the clone as an argument at the door: with the value that is given, or with the one that it stands for. */
interface OptionAtDoor {
  /** `null`: it says how to watch, and nothing of what is done. */
  readonly argument: string | null;
  /** @default - the option is given one */
  readonly value?: string;
}

const SCOPE: Readonly<Record<string, OptionAtDoor>> = {
  '--app': { argument: 'app' },
  '--country': { argument: 'country' },
};

/** Commands of the clone that are commands of the door, too, with every option that can be asked for there. */
const AT_DOOR: Readonly<Record<string, Readonly<Record<string, OptionAtDoor>>>> = {
  freeze: SCOPE,
  unfreeze: SCOPE,
  revoke: { '--managing': { argument: 'credential', value: 'managing' } },
  rotate: { '--until-retired': { argument: null, value: '' } },
};

/** What the runbook says, for this room; `<app>` and the like stay for whoever types. */
export const typedOf = (advice: Advice, place: Pick<Place, 'environment' | 'room'>): Typed => {
  const here = (text: string): string => text.replaceAll('<room>', place.room).replaceAll('<env>', place.environment);
  const orNull = (text: string | undefined): string | null => (text === undefined ? null : here(text));
  const command = orNull(advice.command);
  return {
    words: here(advice.words),
    command,
    job: command === null ? null : jobOf(command),
    withoutClone: orNull(advice.withoutClone),
    undo: orNull(advice.undo),
  };
};

/** A command of the clone, as the operator door takes it; `null` where it does not, or not all of it. */
const jobOf = (command: string): DoorCommand | null => {
  const [, name = '', rest = ''] = /^npm run keyroom -- ([a-z-]+) \S+ -e \S+(.*)$/.exec(command) ?? [];
  if (!Object.hasOwn(AT_DOOR, name)) return null;
  const options = AT_DOOR[name] ?? {};
  const words = rest.split(' ').filter((word) => word !== '');
  const given: Record<string, string> = {};
  while (words.length > 0) {
    const option = options[words.shift() ?? ''];
    // Half of a command would be another command.
    if (option === undefined) return null;
    const value = option.value ?? words.shift();
    if (value === undefined) return null;
    if (option.argument !== null) given[option.argument] = value;
  }
  return { command: name, arguments: given };
};
