import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';

import { pascalCase } from '../../../lib/config/names.ts';
import type { Stage } from '../../../local/demo/stage.ts';
import { asAdministrator } from './administrator.ts';

/** Sweeps a room's ledger now, as its schedule does every minute: what is due is due whoever starts the sweep. */
export const sweeper = async (stage: Stage, room: string): Promise<() => Promise<void>> => {
  const { environment } = await asAdministrator(stage);
  const lambda = new LambdaClient({
    region: environment.AWS_REGION,
    endpoint: environment.AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
      sessionToken: environment.AWS_SESSION_TOKEN,
    },
  });
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
