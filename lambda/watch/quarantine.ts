import { FREEZE, frozenCountry } from '../shared/app-freeze.ts';
import { describeError } from '../shared/log.ts';
import type { QuarantineScope } from '../shared/quarantine-command.ts';
import type { AppWatch, Stopping } from '../shared/watch-state.ts';
import { type Findings, unusualFlows } from './findings.ts';
import type { Standing, WatchPorts } from './ports.ts';

/** Far above what the function that freezes needs, with its repetitions: then a person has undone it, or it cannot be done. */
const TRIED_MS = 15 * 60_000;

/** What one app is stopped by. */
export interface ToStop {
  readonly state: AppWatch;
  readonly findings: Findings;
  /** The app's item; `undefined` where nobody registered it. */
  readonly item: Standing['apps'][string] | undefined;
  readonly now: number;
}

/**
 * Has stopped what may be, and returns the app's state with it.
 *
 * A country that is new to the whole room, as nobody misses it; an app that pages, where the configuration wants that,
 * for each reason once. What was commanded is commanded again, as the same command, until the app's item shows it: that
 * somebody took the command is no freeze. What a person has unfrozen stays so, as a command that was done is not repeated.
 */
export const quarantined = async (ports: Pick<WatchPorts, 'quarantine' | 'log'>, to: ToStop): Promise<AppWatch> => {
  const { quarantine, log } = ports;
  const { state, findings, item = {}, now } = to;
  const { app, newCountries, knowsItsCountries } = findings;
  const isPaging = { flood: unusualFlows(findings).length > 0, money: findings.risk !== undefined };
  const begun = (['flood', 'money'] as const).some((reason) => isPaging[reason] && !state.stoppedFor[reason]);
  const commanded = (scope: QuarantineScope, key: string): Stopping => ({ scope, key, since: now });
  const isShown = (scope: QuarantineScope): boolean =>
    'country' in scope ? Object.hasOwn(item, frozenCountry(scope.country)) : item[FREEZE.frozen] === true;
  const stopping = [
    ...state.stopping.filter(({ scope }) => !isShown(scope)),
    ...newCountries
      .filter(({ isNewToRoom }) => quarantine?.countries === true && knowsItsCountries && isNewToRoom)
      .map(({ country }) => commanded({ country }, `quarantine-country-${country}`)),
    ...(quarantine?.apps === true && begun ? [commanded({ app }, `quarantine-app-${app}-${now}`)] : []),
  ];
  await Promise.all(
    stopping.map(async ({ scope, key, since }) => {
      if (now > since) log.error('not quarantined', { app, seconds: Math.round((now - since) / 1000) });
      await quarantine?.freeze(scope, key).catch((error: unknown) => {
        log.error('not quarantined', { app, ...describeError(error) });
      });
    }),
  );
  return { ...state, stoppedFor: isPaging, stopping: stopping.filter(({ since }) => now - since < TRIED_MS) };
};
