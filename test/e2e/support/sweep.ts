import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';

import { pascalCase } from '../../../lib/config/names.ts';
import type { Stage } from '../../../local/demo/stage.ts';
import { ADMINISTRATOR_ROLE_ARN } from '../../../local/system/identities.ts';
import { asIdentity } from '../../../local/system/sessions.ts';

/** Sweeps a room's ledger now, as its schedule does every minute: what is due is due whoever starts the sweep. */
export const sweeper = async (stage: Stage, room: string): Promise<() => Promise<void>> => {
  const { region, awsEndpointUrl: endpoint } = stage.state;
  const credentials = asIdentity(await stage.session(ADMINISTRATOR_ROLE_ARN));
  const lambda = new LambdaClient({ region, endpoint, credentials });
  const name = await nameOf(lambda, `-${pascalCase(room)}-SweepLedger`);
  return async () => {
    await lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{}' }));
  };
};

const nameOf = async (lambda: LambdaClient, part: string): Promise<string> => {
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    const found = Functions.find(({ FunctionName = '' }) => FunctionName.includes(part));
    if (found?.FunctionName) return found.FunctionName;
  }
  throw new Error(`no function is named ${part}`);
};
