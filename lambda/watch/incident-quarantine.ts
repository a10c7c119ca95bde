import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

import type { QuarantineCommand } from '../shared/quarantine-command.ts';
import type { Quarantine } from './ports.ts';

/** {@link Quarantine} through the function that freezes for people, too: it writes down who did it, and can be undone. */
export const createQuarantine = (
  client: Pick<LambdaClient, 'send'>,
  functionName: string,
  stops: Pick<Quarantine, 'countries' | 'apps'>,
): Quarantine => ({
  ...stops,
  freeze: async (scope, key) => {
    const command: QuarantineCommand = { action: 'quarantine', scope, key };
    // Lambda keeps it and tries again: the watch does not wait for the work.
    await client.send(
      new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload: JSON.stringify(command) }),
    );
  },
});
