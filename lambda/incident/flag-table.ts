import { FREEZE, frozenCountry } from '../shared/app-freeze.ts';
import type { Plain } from '../shared/aws/attribute-value.ts';
import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import { appKey } from '../shared/ledger-units.ts';
import { roomStateKey } from '../shared/room-state.ts';
import type { FreezeFlags } from './ports.ts';

/** Somebody may change the other reason meanwhile, a few times at most. */
const MAX_LOOKS = 5;

/** {@link FreezeFlags} in the ledger's table. */
export const createFreezeFlags = (table: DynamoDb): FreezeFlags => {
  /** An app that is not there sends nothing, so that it is not there is no failure. */
  const stop = async (app: string, because: string): Promise<boolean> => {
    await table.updateItem(appKey(app), 'SET frozen = :yes, #because = :yes', {
      condition: 'attribute_exists(pk)',
      names: { '#because': because },
      values: { ':yes': true },
    });
    return true;
  };

  /** Clears one reason, and the flag with it where the other does not hold. */
  const release = async (app: string, because: string, other: string): Promise<boolean> => {
    for (let look = 0; look < MAX_LOOKS; look++) {
      const item = await table.getItem(appKey(app));
      if (item === undefined) return false;
      const isFrozen = item[FREEZE.frozen] !== false;
      // Somebody may have set the flag by hand: only who names the app means that one, too.
      if (because === FREEZE.byRoom && item[because] === undefined) return isFrozen;
      const stays = item[other] !== undefined;
      const written = await table.updateItem(appKey(app), 'SET frozen = :stays REMOVE #because', {
        condition: `attribute_exists(pk) AND attribute_${stays ? '' : 'not_'}exists(#other)`,
        names: { '#because': because, '#other': other },
        values: { ':stays': stays },
      });
      if (written.kind === 'written') return stays;
    }
    throw new Error('the flag was changed again and again');
  };

  const mark = (pk: string, country: string, frozen: boolean) =>
    table.updateItem(pk, frozen ? 'SET #country = :yes' : 'REMOVE #country', {
      condition: 'attribute_exists(pk)',
      names: { '#country': frozenCountry(country) },
      ...(frozen && { values: { ':yes': true } }),
    });

  return {
    app: (app, reason, frozen) => {
      const [because, other] = reason === 'room' ? [FREEZE.byRoom, FREEZE.byItself] : [FREEZE.byItself, FREEZE.byRoom];
      return frozen ? stop(app, because) : release(app, because, other);
    },
    country: async (app, country, frozen) => {
      await mark(appKey(app), country, frozen);
    },
    countryOfRoom: async (country, frozen) => {
      if ((await mark(roomStateKey, country, frozen)).kind === 'written' || !frozen) return;
      const item: { pk: string } & Record<string, Plain> = { pk: roomStateKey, [frozenCountry(country)]: true };
      const made = await table.putItem(item, { condition: 'attribute_not_exists(pk)' });
      if (made.kind !== 'written') await mark(roomStateKey, country, frozen);
    },
  };
};
