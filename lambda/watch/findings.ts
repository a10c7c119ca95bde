import { type AppWatch, type Flow, FLOWS } from '../shared/watch-state.ts';
import { MOST_EXCESS } from './contract.ts';
import type { SpendRisk } from './spend.ts';

/** What a look found out about an app. */
export interface Findings {
  readonly app: string;
  /** How far each flow is above the usual. */
  readonly excess: Readonly<Record<Flow, number>>;
  /** `undefined` while no cap in money is in danger. */
  readonly risk: SpendRisk | undefined;
  /** Countries that it has sent to for the first time, and whether any other app of the room had before. */
  readonly newCountries: readonly { readonly country: string; readonly isNewToRoom: boolean }[];
}

/** The flows that page. */
export const unusualFlows = ({ excess }: Pick<Findings, 'excess'>): readonly Flow[] =>
  FLOWS.filter((flow) => excess[flow] > MOST_EXCESS);

/** @param seen the countries that the app's item shows @param before of all apps, as the last look left them */
export const newCountriesOf = (
  app: string,
  seen: readonly string[],
  before: Readonly<Record<string, AppWatch>>,
): Findings['newCountries'] => {
  const known = before[app]?.countries ?? [];
  const ofRoom = Object.values(before).flatMap(({ countries }) => countries);
  return seen
    .filter((country) => !known.includes(country))
    .map((country) => ({ country, isNewToRoom: !ofRoom.includes(country) }));
};
