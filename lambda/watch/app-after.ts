import type { Plain } from '../shared/aws/attribute-value.ts';
import { announcedPerMinute, type Campaign } from '../shared/campaigns.ts';
import type { AppLimits } from '../shared/contract.ts';
import { countriesSeen } from '../shared/seen-countries.ts';
import type { AppWatch, WatchState } from '../shared/watch-state.ts';
import { type Findings, newCountriesOf } from './findings.ts';
import { flowAfter } from './flow.ts';
import { eachFlow, UNKNOWN_APP } from './new-hour.ts';
import { FLOW_LIMITS, readingsOf, usedBetween, windowsOf } from './readings.ts';
import { spendRisk, spentAfter } from './spend.ts';

/** What an app's next state is made of. */
export interface Since {
  readonly app: string;
  readonly limits: AppLimits;
  /** The app's item; `undefined` where nobody registered it. */
  readonly item: Readonly<Record<string, Plain>> | undefined;
  /** All apps, as they were. */
  readonly apps: WatchState['apps'];
  readonly campaigns: readonly Campaign[];
  /** Since the last look; `null` where nobody knows what was in between. */
  readonly minutes: number | null;
  readonly now: number;
}

/** An app as it is now, and what that means. */
export const appAfter = (since: Since): { readonly state: AppWatch; readonly findings: Findings } => {
  const { app, limits, item = {}, apps, campaigns, minutes, now } = since;
  const before = apps[app] ?? UNKNOWN_APP;
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
  return {
    state: { ...before, readings, flows, spent, countries: seen },
    findings: {
      app,
      excess: eachFlow((flow) => flows[flow].excess),
      risk: spendRisk(windows, readings, spent, now),
      newCountries: newCountriesOf(app, seen, apps),
    },
  };
};
