import type { RecipientCommand } from '../../../lambda/recipients/contract.ts';
import { createHandler } from '../../../lambda/recipients/handler.ts';
import type { RecipientPorts } from '../../../lambda/recipients/ports.ts';
import { createRecipientData } from '../../../lambda/shared/dynamodb-recipient-data.ts';
import { createWorld, type WorldOptions } from '../support/world.ts';

/** A world, and the function that keeps what its room knows of recipients. */
export const createStewardedRoom = (options: WorldOptions = {}, changes: Partial<RecipientPorts> = {}) => {
  const world = createWorld(options);
  const data = createRecipientData(world.table);
  const handler = createHandler(() => ({ ...world.ports, data, ...changes }));
  const ask = (command: RecipientCommand) => handler(command, { awsRequestId: 'request-1' });
  return { ...world, ask };
};

export type StewardedRoom = ReturnType<typeof createStewardedRoom>;
