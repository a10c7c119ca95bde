import {
  PutFunctionConcurrencyCommand,
  DeleteFunctionConcurrencyCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import { jobOf, lambdaAsAdministrator } from './support/on-call.ts';
import { openStage } from './support/stage.ts';

describe('a drill', () => {
  const stage = openStage();

  test('pages by the real alarm, and measures it, also while nothing adds a text', async () => {
    const lambda = await lambdaAsAdministrator(stage);
    const names: string[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
      names.push(...Functions.flatMap(({ FunctionName = '' }) => FunctionName));
    }
    const FunctionName = names.find((name) => name.includes('-Playground-PageTexts'));
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    const drill = await stage.keyroom(['drill', 'playground', '--json']);
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    const { state, outcome } = jobOf(drill);
    process.stderr.write(`${outcome ?? ''}\n`);
    expect([drill.code, state, outcome]).toEqual([0, 'done', expect.stringMatching(/^a page arrives, [\d.]+ s after/)]);
  });
});
