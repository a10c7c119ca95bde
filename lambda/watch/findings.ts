import { type Flow, FLOWS } from '../shared/watch-state.ts';
import { MOST_EXCESS } from './contract.ts';
import type { SpendRisk } from './spend.ts';

/** For so long every country is new to an app, so that new ones are noted and nothing else. */
const RECORD_ONLY_MS = 7 * 24 * 3_600_000;

/** What a look found out about an app. */
export interface Findings {
  readonly app: string;
  /** How far each flow is above the usual. */
  readonly excess: Readonly<Record<Flow, number>>;
  /** `undefined` while no cap in money is in danger. */
  readonly risk: SpendRisk | undefined;
  /** Whether that began so lately that it is still to be told. */
  readonly isRiskNew: boolean;
  /** Countries that it has sent to for the first time, and whether any app of the room ever had before. */
  readonly newCountries: readonly { readonly country: string; readonly isNewToRoom: boolean }[];
  /** Whether it has sent for so long that what it has never sent to means something. */
  readonly knowsItsCountries: boolean;
}

/** The flows that page. */
export const unusualFlows = ({ excess }: Pick<Findings, 'excess'>): readonly Flow[] =>
  FLOWS.filter((flow) => excess[flow] > MOST_EXCESS);

/** @param sendsSince its first message, as far as the watch knows, in milliseconds since the epoch; `null` for none */
export const knowsItsCountries = (sendsSince: number | null, now: number): boolean =>
  sendsSince !== null && now - sendsSince >= RECORD_ONLY_MS;

/**
 * The countries that an app has begun to send to; the one that it is at home in is never new.
 *
 * @param seen the countries that the app's item shows
 * @param known those of the app, as the last look left them
 * @param ofRoom those that any app of the room has ever sent to, of apps that are gone, too
 */
export const newCountriesOf = (
  seen: readonly string[],
  known: readonly string[],
  ofRoom: readonly string[],
  homeCountry: string,
): Findings['newCountries'] =>
  seen
    .filter((country) => country !== homeCountry && !known.includes(country))
    .map((country) => ({ country, isNewToRoom: !ofRoom.includes(country) }));
