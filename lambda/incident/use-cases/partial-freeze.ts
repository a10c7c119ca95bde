import type { IncidentPorts } from '../ports.ts';
import type { CommandEnd } from './command.ts';
import type { Progress } from './progress.ts';
import { nameOf, type Scope } from './scope.ts';

/** Stops one app, or one country for all apps, or lets it send again: by the flag, as the others go on. */
export const setPart = async (
  ports: IncidentPorts,
  progress: Progress,
  scope: Exclude<Scope, { kind: 'room' }>,
  frozen: boolean,
): Promise<CommandEnd> => {
  let isFrozen = frozen;
  const isDone = await progress.step(scope.kind === 'app' ? 'flag of the app' : 'flags of the country', async () => {
    if (scope.kind === 'app') {
      isFrozen = await ports.flags.app(scope.app, 'itself', frozen);
      if (frozen) return `no message of ${scope.app} is admitted any more`;
      return isFrozen ? 'it stays frozen while the room is' : `messages of ${scope.app} are admitted again`;
    }
    const { country } = scope;
    const apps = Object.keys(ports.room.apps);
    await Promise.all([
      ports.flags.countryOfRoom(country, frozen),
      ...apps.map((app) => ports.flags.country(app, country, frozen)),
    ]);
    return `messages to ${country} are ${frozen ? 'not admitted any more' : 'admitted again'}: ${apps.join(', ')}`;
  });
  if (!isDone) return { state: 'running', outcome: `${nameOf(scope)}: the ledger does not answer; it is tried again` };
  if (frozen) return { state: 'done', outcome: `${nameOf(scope)} is frozen; everything else goes on` };
  return {
    state: 'done',
    outcome: isFrozen
      ? `${nameOf(scope)} stays frozen while the room is`
      : `${nameOf(scope)} is unfrozen; what waits goes out`,
  };
};
