import type { DynamoDb } from './aws/dynamodb.ts';
import { giveUnits, plan, type Planned, takeUnits } from './ledger-windows.ts';
import { ledgerWrite } from './ledger-write.ts';
import type { Take, UnitLedger } from './unit-ledger.ts';

/** Partition key of an app's item: it holds the app's windows and whether the app is frozen. */
export const appKey = (app: string): string => `app#${app}`;

/** A window rolls over once; a second and third look are for whoever lost that race. */
const MAX_LOOKS = 4;

/** {@link UnitLedger} in one DynamoDB table. */
export const createUnitLedger = (table: DynamoDb): UnitLedger => ({
  take: async (app, takes) => {
    let planned: readonly Planned[] = takes.map((wanted) => ({ take: wanted }));
    for (let look = 0; look < MAX_LOOKS; look++) {
      const { update, only } = takeUnits(planned);
      const result = await ledgerWrite(() => table.updateItem(appKey(app), update, only));
      if (result.kind === 'written') return { kind: 'taken', takes: planned.map((each): Take => each.take) };
      if (result.kind !== 'condition-failed') return result;
      if (result.item === undefined) return { kind: 'not-registered' };
      if (result.item.frozen !== false) return { kind: 'frozen' };
      const next = plan(result.item, takes);
      if (next.kind === 'exhausted') return next;
      planned = next.plan;
    }
    return { kind: 'failed' };
  },
  giveBack: async (app, takes) => {
    const { update, only } = giveUnits(takes);
    await ledgerWrite(() => table.updateItem(appKey(app), update, only));
  },
});
