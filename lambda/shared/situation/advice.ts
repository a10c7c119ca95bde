import type { RoomPolicy } from '../contract.ts';
import type { Verdict } from '../verdict.ts';
import type { Advice, Judgement } from './contract.ts';

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

const findingWho = (place: Place): Advice => ({
  ...looking(place),
  what: 'no app stands out now: look until one does, and stop that one alone',
});

/**
 * What to do, and what not to do, by the verdict.
 *
 * @param suspect the app that stands out; `null` where nobody knows who sends: then the whole room is stopped;
 *   `undefined` where it is known that none stands out: then nothing is
 */
export const adviceOn = (
  { verdict }: Pick<Verdict, 'verdict'>,
  place: Place,
  suspect: string | null | undefined,
): Pick<Judgement, 'do' | 'doNot'> => {
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
        do: [suspect === undefined ? findingWho(place) : freezing(place, suspect), auditing(place)],
        doNot: ['do not revoke or rotate: the key has not leaked, and every app would wait for nothing'],
      };
    case 'undecided':
      return {
        do: [...(suspect === undefined ? [] : [freezing(place, suspect)]), looking(place)],
        doNot: ['do not revoke yet: if the messages come through an app, every app would wait for nothing'],
      };
  }
};

/** The same, right after the key was replaced. */
export const adviceOnSettling = (place: Place): Pick<Judgement, 'do' | 'doNot'> => ({
  do: [looking(place)],
  doNot: ['do not revoke again yet: the key that sends now may be good, and a room has few to go on with'],
});
