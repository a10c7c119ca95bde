import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { reconcileFunctionName, type ReconcileCommand, type ReconcileResult } from '../../lambda/reconcile/contract.ts';
import { importerRoleName } from '../../lib/config/names.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { asIdentity } from '../../local/system/sessions.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

describe('a room and its provider, compared', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));

  /** As the importer, who may ask for it. */
  const ask = async (room: string, command: ReconcileCommand): Promise<ReconcileResult> => {
    const { region, awsEndpointUrl: endpoint } = stage.state;
    const role = `arn:aws:iam::000000000000:role/${importerRoleName('local', room)}`;
    const client = new LambdaClient({ region, endpoint, credentials: asIdentity(await stage.session(role)) });
    const FunctionName = reconcileFunctionName('local', room);
    const { Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(command) }));
    return JSON.parse(Buffer.from(Payload!).toString('utf8')) as ReconcileResult;
  };

  test.each([
    ['otp', 'checkout'],
    ['notices', 'shipping'],
  ] as const)('the room %s looks at its provider and its ledger through every right it needs', async (room, app) => {
    expect((await post(stage, [room, app], sms())).status).toBe(202);
    expect(await ask(room, { action: 'look' })).toMatchObject({ ok: true, report: { surplus: null } });
    const second = await ask(room, { action: 'look' });
    expect(second).toMatchObject({ ok: true, report: { comparedUntil: expect.any(String) as unknown } });
  });

  test('the room notices reads the prices of its provider, and says which ceilings are far too high', async () => {
    const result = await ask('notices', { action: 'look' });
    const prices = result.ok ? result.report.prices : null;
    expect(prices).toMatchObject({ currency: 'USD', readAt: expect.any(String) as unknown, failure: null, tooLow: [] });
    expect(prices?.farTooHigh).toEqual([{ country: 'DE', channel: 'sms', ceilingMicros: 85_000, priceMicros: 35_000 }]);
    expect(new Set(prices?.notCompared.map(({ channel }) => channel))).toEqual(new Set(['whatsapp']));
  });
});
