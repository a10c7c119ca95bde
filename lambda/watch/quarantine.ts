import { describeError } from '../shared/log.ts';
import type { QuarantineScope } from '../shared/quarantine-command.ts';
import type { AppWatch } from '../shared/watch-state.ts';
import { type Findings, unusualFlows } from './findings.ts';
import type { WatchPorts } from './ports.ts';

/** For so long every country is new, so that new ones are noted and nothing else. */
const RECORD_ONLY_MS = 7 * 24 * 3_600_000;

/** Whether a room is old enough that what it has never sent to means something. */
export const knowsItsCountries = (startedAt: number, now: number): boolean => now - startedAt >= RECORD_ONLY_MS;

/**
 * Has stopped what may be, and returns the app's state with it.
 *
 * A country that is new to the whole room, as nobody misses it; an app that pages, where the configuration wants that.
 * Each once: what a person has unfrozen stays so. What could not be stopped is tried again by the next look.
 *
 * @param isOldEnough whether new countries are more than noted
 */
export const quarantined = async (
  { quarantine, log }: Pick<WatchPorts, 'quarantine' | 'log'>,
  state: AppWatch,
  findings: Findings,
  isOldEnough: boolean,
  now: number,
): Promise<AppWatch> => {
  const { app, newCountries } = findings;
  const freeze = async (scope: QuarantineScope, key: string): Promise<boolean> => {
    try {
      await quarantine?.freeze(scope, key);
      return true;
    } catch (error: unknown) {
      log.error('not quarantined', { app, ...describeError(error) });
      return false;
    }
  };
  const failed: string[] = [];
  for (const { country, isNewToRoom } of newCountries) {
    if (quarantine?.countries !== true || !isOldEnough || !isNewToRoom) continue;
    if (!(await freeze({ country }, `quarantine-country-${country}`))) failed.push(country);
  }
  const isPaging = unusualFlows(findings).length > 0 || findings.risk !== undefined;
  const isToStop = quarantine?.apps === true && isPaging;
  return {
    ...state,
    countries: state.countries.filter((country) => !failed.includes(country)),
    isQuarantined: isToStop && (state.isQuarantined || (await freeze({ app }, `quarantine-app-${app}-${now}`))),
  };
};
