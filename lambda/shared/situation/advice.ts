import type { RoomPolicy } from '../contract.ts';
import type { Verdict } from '../verdict.ts';
import type { Advice } from './contract.ts';

type Place = Pick<RoomPolicy, 'environment' | 'room'>;

const typed = ({ environment, room }: Place, command: string, rest = ''): string =>
  `npm run keyroom -- ${command} ${room} -e ${environment}${rest}`;

/** @param app `null` for the whole room */
export const freezing = (place: Place, app: string | null): Advice => ({
  what: app === null ? 'stop the room' : `stop the app ${app}; the others go on`,
  command: typed(place, 'freeze', app === null ? '' : ` --app ${app}`),
  undo: typed(place, 'unfreeze', app === null ? '' : ` --app ${app}`),
  job: { command: 'freeze', arguments: app === null ? {} : { app } },
});

const revoking = (place: Place): Advice => ({
  what: 'kill the key at the provider; the room goes on with another one',
  command: typed(place, 'revoke'),
  undo: null,
  job: { command: 'revoke', arguments: {} },
});

const auditing = (place: Place): Advice => ({
  what: 'then see who did what, and which messages were not ours',
  command: typed(place, 'audit'),
  undo: null,
  job: null,
});

const looking = (place: Place): Advice => ({
  what: 'look again until the verdict is there',
  command: typed(place, 'status', ' --watch'),
  undo: null,
  job: null,
});

/**
 * What to do, and what not to do, by the verdict.
 *
 * @param suspect the app that sends most beyond its usual; `null` where none stands out
 */
export const adviceOn = (
  { verdict }: Pick<Verdict, 'verdict'>,
  place: Place,
  suspect: string | null,
): { readonly do: readonly Advice[]; readonly doNot: readonly string[] } => {
  switch (verdict) {
    case 'leaked':
      return {
        do: [revoking(place), auditing(place)],
        doNot: [
          'do not freeze instead: a thief who has the key does not come through this door',
          'do not only rotate: the old key would send on through its grace period',
        ],
      };
    case 'pumped':
      return {
        do: [freezing(place, suspect), auditing(place)],
        doNot: ['do not revoke or rotate: the key has not leaked, and every app would wait for nothing'],
      };
    case 'undecided':
      return {
        do: [freezing(place, suspect), looking(place)],
        doNot: ['do not revoke yet: if the messages come through an app, every app would wait for nothing'],
      };
  }
};
