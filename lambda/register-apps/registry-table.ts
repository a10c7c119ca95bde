import { FREEZE } from '../shared/app-freeze.ts';
import type { Plain } from '../shared/aws/attribute-value.ts';
import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import { appKey } from '../shared/ledger-units.ts';
import { roomStateKey } from '../shared/room-state.ts';
import type { AppRegistry } from './register-apps.ts';

/** Attributes of the room's state that hold for every app, those yet to come included. */
const COUNTRY = /^frozen-[A-Z]{2}$/;

/** {@link AppRegistry} in the ledger's table. */
export const createAppRegistry = (table: DynamoDb): AppRegistry => {
  const state = async (): Promise<Readonly<Record<string, Plain>>> => (await table.getItem(roomStateKey)) ?? {};
  return {
    register: async (app) => {
      const room = await state();
      const countries = Object.fromEntries(Object.entries(room).filter(([name]) => COUNTRY.test(name)));
      const frozen = room.frozen === true;
      await table.putItem(
        { pk: appKey(app), [FREEZE.frozen]: frozen, ...(frozen && { [FREEZE.byRoom]: true }), ...countries },
        { condition: 'attribute_not_exists(pk)' },
      );
    },
    standing: async () => {
      const { frozen, deployments } = await state();
      return { frozen: frozen === true, deployments: Array.isArray(deployments) ? (deployments as string[]) : [] };
    },
    remember: async (deployments) => {
      const made = await table.putItem({ pk: roomStateKey, deployments }, { condition: 'attribute_not_exists(pk)' });
      if (made.kind === 'written') return;
      await table.updateItem(roomStateKey, 'SET deployments = :deployments', {
        condition: 'attribute_exists(pk)',
        values: { ':deployments': deployments },
      });
    },
  };
};
