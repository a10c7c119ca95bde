import type { RecipientCommand, RecipientResult } from '../../../lambda/recipients/contract.ts';
import { createHandler } from '../../../lambda/recipients/handler.ts';
import type { RecipientPorts } from '../../../lambda/recipients/ports.ts';
import { createRecipientData } from '../../../lambda/shared/dynamodb-recipient-data.ts';
import { createWorld, type WorldOptions } from '../support/world.ts';

/** A world, and the function that keeps what its room knows of recipients. */
export const createStewardedRoom = (options: WorldOptions = {}, changes: Partial<RecipientPorts> = {}) => {
  const world = createWorld(options);
  const data = createRecipientData(world.table);
  const handler = createHandler(() => ({ ...world.ports, data, ...changes }));
  const CONTEXT = { awsRequestId: 'request-1' };
  const ask = (command: RecipientCommand) => handler(command, CONTEXT) as Promise<RecipientResult>;
  const askUrl = () => handler({ action: 'inbound-url' }, CONTEXT);
  return { ...world, ask, askUrl };
};

export type StewardedRoom = ReturnType<typeof createStewardedRoom>;
