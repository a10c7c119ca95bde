import type { Plain } from '../shared/aws/attribute-value.ts';
import { announcedPerMinute, type Campaign } from '../shared/campaigns.ts';
import type { AppPolicy } from '../shared/contract.ts';
import { countriesSeen } from '../shared/seen-countries.ts';
import type { AppWatch, WatchState } from '../shared/watch-state.ts';
import { type Findings, knowsItsCountries, newCountriesOf } from './findings.ts';
import { flowAfter } from './flow.ts';
import { eachFlow, UNKNOWN_APP } from './new-hour.ts';
import { FLOW_LIMITS, readingsOf, usedBetween, windowsOf } from './readings.ts';
import { isToldOf, riskAfter, spendRisk, spentAfter } from './spend.ts';

/** What an app's next state is made of. */
export interface Since {
  readonly app: string;
  readonly policy: Pick<AppPolicy, 'limits' | 'homeCountry'>;
  /** The app's item; `undefined` where nobody registered it. */
  readonly item: Readonly<Record<string, Plain>> | undefined;
  /** All apps, as they were. */
  readonly apps: WatchState['apps'];
  /** Countries that any app has ever sent to. */
  readonly countries: readonly string[];
  readonly campaigns: readonly Campaign[];
  /** Since the last look; `null` where nobody knows what was in between. */
  readonly minutes: number | null;
  readonly now: number;
}

/** An app as it is now, and what that means. */
export const appAfter = (since: Since): { readonly state: AppWatch; readonly findings: Findings } => {
  const { app, policy, item = {}, apps, campaigns, minutes, now } = since;
  const { limits, homeCountry } = policy;
  // What an older version kept lacks what this one does.
  const before = { ...UNKNOWN_APP, ...apps[app] };
  const windows = windowsOf(limits, now);
  const readings = readingsOf(item, windows);
  const announced = announcedPerMinute(campaigns, app, now);
  const flows = eachFlow((flow) => {
    if (minutes === null) return before.flows[flow];
    const used = usedBetween(before.readings[FLOW_LIMITS[flow]], readings[FLOW_LIMITS[flow]]);
    return flowAfter(before.flows[flow], used, minutes, announced, now);
  });
  const spent = minutes === null ? before.spent : spentAfter(before.spent, before.readings, readings, minutes);
  const seen = countriesSeen(item);
  const sendsSince = before.sendsSince ?? (seen.length > 0 ? now : null);
  const risk = spendRisk(windows, readings, spent, now);
  const risked = riskAfter(before.risk, risk, now);
  return {
    state: { ...before, readings, flows, spent, countries: seen, sendsSince, risk: risked },
    findings: {
      app,
      excess: eachFlow((flow) => flows[flow].excess),
      risk,
      isRiskNew: isToldOf(risked, now),
      newCountries: newCountriesOf(seen, before.countries, since.countries, homeCountry),
      knowsItsCountries: knowsItsCountries(sendsSince, now),
    },
  };
};
