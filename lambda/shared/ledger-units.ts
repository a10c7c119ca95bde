import { freezeOf } from './app-freeze.ts';
import type { DynamoDb } from './aws/dynamodb.ts';
import {
  dayAgainst,
  exhaustedSlot,
  giveSlots,
  hopeless,
  inLaterDay,
  leftInSlots,
  optOutIn,
  slotOf,
  takeFirstOfDay,
  takeSlots,
} from './ledger-slots.ts';
import { giveUnits, leftAfter, leftInApp, longest, plan, type Planned, takeUnits } from './ledger-windows.ts';
import { ledgerWrite } from './ledger-write.ts';
import type { Take, UnitLedger, UnitsResult } from './unit-ledger.ts';

/** Partition key of an app's item: it holds the app's windows and whether the app is frozen. */
export const appKey = (app: string): string => `app#${app}`;

/** A window rolls over once; a second and third look are for whoever lost that race. */
const MAX_LOOKS = 4;

/** {@link UnitLedger} in one DynamoDB table. */
export const createUnitLedger = (table: DynamoDb): UnitLedger => {
  const takeFromApp = async (app: string, takes: readonly Take[], country: string): Promise<UnitsResult> => {
    let planned: readonly Planned[] = takes.map((wanted) => ({ take: wanted }));
    for (let look = 0; look < MAX_LOOKS; look++) {
      const { update, only } = takeUnits(planned, country);
      const result = await ledgerWrite(() => table.updateItem(appKey(app), update, only));
      if (result.kind === 'written') {
        const taken = planned.map((each): Take => each.take);
        return { kind: 'taken', takes: taken, windows: leftAfter(result.changed, taken) };
      }
      if (result.kind !== 'condition-failed') return result;
      if (result.item === undefined) return { kind: 'not-registered' };
      const scope = freezeOf(result.item, country);
      if (scope) return { kind: 'frozen', scope };
      const next = plan(result.item, takes);
      if (next.kind === 'exhausted') return next;
      planned = next.plan;
    }
    return { kind: 'failed' };
  };

  const takeFromSlots = async (app: string, pk: string, takes: readonly Take[]): Promise<UnitsResult> => {
    const never = hopeless(takes);
    if (never) return { kind: 'exhausted', take: never };
    let wanted = takes;
    for (let look = 0; look < MAX_LOOKS; look++) {
      const { update, only } = takeSlots(app, wanted);
      const result = await ledgerWrite(() => table.updateItem(pk, update, only));
      if (result.kind === 'written') {
        const windows = leftAfter(result.changed, wanted, (take) => slotOf(app, take));
        return { kind: 'taken', takes: wanted, windows };
      }
      if (result.kind !== 'condition-failed') return result;
      const item = result.item ?? {};
      if (optOutIn(item)) return { kind: 'opted-out' };
      const later = dayAgainst(item, wanted);
      if (later < 0) {
        const renewed = await takeOnNewDay(app, pk, wanted, later);
        if (renewed.kind !== 'condition-failed') return renewed;
      } else if (later > 0) wanted = inLaterDay(wanted, later);
      else {
        const take = exhaustedSlot(app, item, wanted);
        return take ? { kind: 'exhausted', take } : { kind: 'failed' };
      }
    }
    return { kind: 'failed' };
  };

  const takeOnNewDay = async (
    app: string,
    pk: string,
    takes: readonly Take[],
    later: number,
  ): Promise<UnitsResult | { readonly kind: 'condition-failed' }> => {
    const { item, only } = takeFirstOfDay(app, pk, takes, later);
    const result = await ledgerWrite(() => table.putItem(item, only));
    return result.kind === 'written' ? { kind: 'taken', takes, windows: leftInSlots(app, item, takes) } : result;
  };

  const giveBack = async (app: string, takes: readonly Take[]): Promise<void> => {
    const gives = byItem(takes).map(([item, those]) => {
      const { update, only } = item === undefined ? giveUnits(those) : giveSlots(app, those);
      return ledgerWrite(() => table.updateItem(item ?? appKey(app), update, only));
    });
    await Promise.all(gives);
  };

  return {
    take: async (app, takes, country) => {
      const results = await Promise.all(
        byItem(takes).map(([item, those]) =>
          item === undefined ? takeFromApp(app, those, country) : takeFromSlots(app, item, those),
        ),
      );
      const taken = results.flatMap((result) => (result.kind === 'taken' ? [result] : []));
      const all = taken.flatMap((each) => each.takes);
      const against = worst(results);
      if (against === undefined) return { kind: 'taken', takes: all, windows: taken.flatMap(({ windows }) => windows) };
      await giveBack(app, all);
      return against;
    },
    giveBack,
    look: async (app, windows, country) => {
      const [standing, found] = await Promise.all([
        table.getItem(appKey(app)),
        Promise.all(
          byItem(windows).map(async ([pk, those]) => {
            const item = (pk === undefined ? undefined : await table.getItem(pk)) ?? {};
            return { optOut: optOutIn(item), left: pk === undefined ? [] : leftInSlots(app, item, those) };
          }),
        ),
      ]);
      if (standing === undefined) return { kind: 'not-registered' };
      const ofApp = leftInApp(
        standing,
        windows.filter(({ item }) => item === undefined),
      );
      const all = [...ofApp, ...found.flatMap(({ left }) => left)];
      const scope = freezeOf(standing, country);
      if (scope) return { kind: 'frozen', scope, windows: all };
      return { kind: found.some(({ optOut }) => optOut) ? 'opted-out' : 'seen', windows: all };
    },
  };
};

/** Windows grouped by the item that holds them, the app's own under `undefined`, each in the order given. */
const byItem = <T extends { readonly item?: string }>(all: readonly T[]): [item: string | undefined, those: T[]][] =>
  [...new Set(all.map(({ item }) => item))].map((item) => [item, all.filter((each) => each.item === item)]);

type Against = Exclude<UnitsResult, { kind: 'taken' }>;

/** What weighs most of what speaks against sending: what a person decided, then what lasts longest. */
const worst = (results: readonly UnitsResult[]): Against | undefined => {
  const against = results.filter((result) => result.kind !== 'taken');
  const take = longest(against.flatMap((result) => (result.kind === 'exhausted' ? [result.take] : [])));
  const first = (kind: Against['kind']): Against | undefined => against.find((result) => result.kind === kind);
  return (
    first('frozen') ??
    first('not-registered') ??
    first('opted-out') ??
    (take ? { kind: 'exhausted', take } : undefined) ??
    first('in-doubt') ??
    first('failed')
  );
};
