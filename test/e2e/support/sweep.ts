import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';

import { pascalCase } from '../../../lib/config/names.ts';
import type { Stage } from '../../../local/demo/stage.ts';
import { ADMINISTRATOR_ROLE_ARN } from '../../../local/system/identities.ts';
import { asIdentity } from '../../../local/system/sessions.ts';

/** Calls a function of a room now, as its schedule does. @param id the function's id in the template */
export const scheduled = async (stage: Stage, room: string, id: string, event = {}): Promise<() => Promise<void>> => {
  const { region, awsEndpointUrl: endpoint } = stage.state;
  const credentials = asIdentity(await stage.session(ADMINISTRATOR_ROLE_ARN));
  const lambda = new LambdaClient({ region, endpoint, credentials });
  const name = await nameOf(lambda, `-${pascalCase(room)}-${id}`);
  return async () => {
    await lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
  };
};

/** Sweeps a room's ledger now, as its schedule does every minute: what is due is due whoever starts the sweep. */
export const sweeper = (stage: Stage, room: string): Promise<() => Promise<void>> =>
  scheduled(stage, room, 'SweepLedger');

const nameOf = async (lambda: LambdaClient, part: string): Promise<string> => {
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    const found = Functions.find(({ FunctionName = '' }) => FunctionName.includes(part));
    if (found?.FunctionName) return found.FunctionName;
  }
  throw new Error(`no function is named ${part}`);
};
