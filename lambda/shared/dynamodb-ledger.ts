import type { DynamoDb } from './aws/dynamodb.ts';
import { createMessageRecords } from './ledger-messages.ts';
import { createUnitLedger } from './ledger-units.ts';
import type { MessageLedger } from './message-ledger.ts';

/** {@link MessageLedger} in one DynamoDB table. */
export const createDynamoDbLedger = (table: DynamoDb): MessageLedger => {
  const messages = createMessageRecords(table);
  const units = createUnitLedger(table);
  return {
    ...messages,
    admit: async (intent, takes) => {
      const [written, taken] = await Promise.all([
        messages.putIntent(intent),
        units.take(intent.app, takes, intent.country),
      ]);
      return { intent: written, units: taken };
    },
    giveBack: (app, takes) => units.giveBack(app, takes),
    look: (app, windows, country) => units.look(app, windows, country),
  };
};
