import type { DoorCommand } from '../../shared/on-call/contract.ts';
import type { Advice } from '../contract.ts';
import type { Place } from '../ports.ts';

/** What to type, in every form there is. */
export interface Typed {
  /** The command of the clone; `null` where the runbook has words alone. */
  readonly command: string | null;
  /** The same at the operator door; `null` where it is not one of its commands. */
  readonly job: DoorCommand | null;
  /** The same with the AWS command line alone; `null` where the runbook names none. */
  readonly withoutClone: string | null;
  /** `null` where nothing has to be undone. */
  readonly undo: string | null;
}

/** Commands of the clone that are commands of the door, too, with the options that are their arguments there. */
const AT_DOOR = ['freeze', 'unfreeze', 'revoke', 'rotate', 'drill'];
const ARGUMENTS = ['app', 'country'];

/** What the runbook says, for this room; `<app>` and the like stay for whoever types. */
export const typedOf = (advice: Advice, place: Pick<Place, 'environment' | 'room'>): Typed => {
  const here = (text: string | undefined): string | null =>
    text?.replaceAll('<room>', place.room).replaceAll('<env>', place.environment) ?? null;
  const command = here(advice.command);
  return {
    command,
    job: command === null ? null : jobOf(command),
    withoutClone: here(advice.withoutClone),
    undo: here(advice.undo),
  };
};

/** A command of the clone, as the operator door takes it; `null` where it does not. */
const jobOf = (command: string): DoorCommand | null => {
  const [, name = '', rest = ''] = /^npm run keyroom -- ([a-z-]+) \S+ -e \S+(.*)$/.exec(command) ?? [];
  if (!AT_DOOR.includes(name)) return null;
  const given = [...rest.matchAll(/--([a-z-]+) (\S+)/g)].filter(([, option = '']) => ARGUMENTS.includes(option));
  return { command: name, arguments: Object.fromEntries(given.map(([, option = '', value = '']) => [option, value])) };
};
