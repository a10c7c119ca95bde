import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import {
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { incidentFunctionName } from '../../lambda/incident/contract.ts';
import { createDynamoDb } from '../../lambda/shared/aws/dynamodb.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { asIdentity } from '../../local/system/sessions.ts';
import { asAdministrator, asHolderOf } from './support/administrator.ts';
import { importOnce } from './support/imported.ts';
import { redeploy, setConcurrency, tagSecret } from './support/break-layers.ts';
import { atOperatorDoor, jobOf, lambdaAsAdministrator, layersOf, onCallRoleArn } from './support/on-call.ts';
import { openStage } from './support/stage.ts';

const CHECKOUT = ['otp', 'checkout'] as const;
const SUPPORT = ['otp', 'support'] as const;
const APPS = ['checkout', 'support'];
const SEND_PATH = '/sms/3/messages';
const FROZEN = { flags: [true, true], concurrency: [0, 0], sources: ['Disabled', 'Disabled'], tags: ['true'] };
const OPEN = {
  flags: [false, false],
  concurrency: [undefined, undefined],
  sources: ['Enabled', 'Enabled'],
  tags: [],
};
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a freeze', () => {
  const stage = openStage();
  const infobip = stage.provider('infobip');
  beforeAll(() => importOnce(stage));
  afterAll(async () => {
    for (const scope of [[], ['--app', 'checkout'], ['--country', 'AE']])
      await stage.keyroom(['unfreeze', 'otp', ...scope]);
  });

  const seen = async (text: string) => (await infobip.messages()).filter((message) => message.text === text).length;
  const status = async (id: unknown) =>
    (await stage.app(...CHECKOUT)({ method: 'GET', path: `/v1/messages/${String(id)}` })).body.status;
  const until = async (id: unknown, wanted: string): Promise<void> => {
    for (let i = 0; i < 150 && (await status(id)) !== wanted; i++) await sleep(500);
    expect(await status(id)).toBe(wanted);
  };

  test('of a room stops what is sent, keeps what waits, and its end lets that out, once', async () => {
    const text = `waits ${randomUUID()}`;
    await infobip.faults([{ method: 'POST', path: SEND_PATH, times: 1, status: 429, headers: { 'retry-after': '5' } }]);
    const queued = await post(stage, CHECKOUT, sms(text));
    expect(queued.body.status).toBe('queued');
    const over = new AbortController();
    const pumping = (async () => {
      while (!over.signal.aborted) await Promise.all([post(stage, CHECKOUT, sms()).catch(() => undefined), sleep(50)]);
    })();
    const commanded = Date.now();
    const frozen = await stage.keyroom(['freeze', 'otp', '--json', '--reason', 'INC-1']);
    expect([frozen.code, frozen.stderr]).toEqual([0, expect.stringContaining('all 3 layers hold')]);
    await sleep(6000);
    over.abort();
    await pumping;
    const last = Math.max(...(await infobip.messages()).map(({ acceptedAt }) => Date.parse(acceptedAt)));
    process.stderr.write(`last provider call ${((last - commanded) / 1000).toFixed(1)} s after the command began\n`);
    expect(last - commanded).toBeLessThan(10_000);
    expect(await layersOf(stage, 'otp', APPS)).toEqual(FROZEN);
    expect((await post(stage, CHECKOUT, sms())).status).toBeGreaterThanOrEqual(403);
    expect([await status(queued.body.id), await seen(text)]).toEqual(['queued', 0]);

    const unfrozen = await stage.keyroom(['unfreeze', 'otp', '--json']);
    expect([unfrozen.code, jobOf(unfrozen).state]).toEqual([0, 'done']);
    expect(await layersOf(stage, 'otp', APPS)).toEqual(OPEN);
    await until(queued.body.id, 'accepted');
    expect(await seen(text)).toBe(1);
    expect((await post(stage, CHECKOUT, sms())).status).toBe(202);
  });

  /** What each layer is set with where the other two are broken; only set-up may pass the policies like this. */
  const alone: [layer: string, boundMs: number, set: () => Promise<unknown>, lift: () => Promise<unknown>][] = [
    [
      'the flags',
      2000,
      () => Promise.all(APPS.map((app) => stage.keyroom(['freeze', 'otp', '--app', app]))),
      () => Promise.all(APPS.map((app) => stage.keyroom(['unfreeze', 'otp', '--app', app]))),
    ],
    ['the concurrency', 3000, () => setConcurrency(stage, 0), () => setConcurrency(stage, undefined)],
    ['the tag', 4000, () => tagSecret(stage, true), () => tagSecret(stage, false)],
  ];

  test.each(alone)('holds by %s alone, within its bound', async (layer, boundMs, set, lift) => {
    const over = new AbortController();
    const pumping = (async () => {
      while (!over.signal.aborted) await Promise.all([post(stage, CHECKOUT, sms()).catch(() => undefined), sleep(50)]);
    })();
    await sleep(500);
    await set();
    const done = Date.now();
    await sleep(boundMs + 1000);
    over.abort();
    await pumping;
    await lift();
    const last = Math.max(...(await infobip.messages()).map(({ acceptedAt }) => Date.parse(acceptedAt)));
    process.stderr.write(`${layer}: last provider call ${((last - done) / 1000).toFixed(1)} s after it was set\n`);
    expect(last - done).toBeLessThan(boundMs);
    expect((await post(stage, CHECKOUT, sms())).status).toBe(202);
  });

  test('of a room refuses its deployment before anything is changed, and says why', async () => {
    expect((await stage.keyroom(['freeze', 'playground'])).code).toBe(0);
    try {
      const refused = await redeploy(stage, 'Keyroom-local-Playground');
      expect(refused.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      // What the question itself needs comes before it, and CloudFormation's own note about the CDK.
      expect(refused.updated.filter((id) => !/^(Apps|DataKey|Ledger|CDKMetadata)/.test(id))).toEqual([]);
      expect(refused.output).toContain('the room is frozen, so nothing of it is deployed');
      expect(await layersOf(stage, 'playground', ['demo', 'website'])).toMatchObject({
        flags: [true, true],
        concurrency: [0, 0],
        sources: ['Disabled', 'Disabled'],
      });
    } finally {
      expect((await stage.keyroom(['unfreeze', 'playground'])).code).toBe(0);
    }
    expect(await redeploy(stage, 'Keyroom-local-Playground')).toMatchObject({ status: 'UPDATE_COMPLETE', output: '' });
  });

  test('of an app leaves the others alone, and one of a country all other countries', async () => {
    expect((await stage.keyroom(['freeze', 'otp', '--app', 'support'])).code).toBe(0);
    const refused = await post(stage, SUPPORT, { ...sms(), from: 'AcmeHelp' });
    expect([refused.status, refused.body.type]).toEqual([403, 'urn:keyroom:problem:app-frozen']);
    expect((await post(stage, CHECKOUT, sms())).status).toBe(202);
    expect((await stage.keyroom(['unfreeze', 'otp', '--app', 'support'])).code).toBe(0);
    expect((await stage.keyroom(['freeze', 'otp', '--country', 'AE'])).code).toBe(0);
    expect((await post(stage, CHECKOUT, sms())).body).toMatchObject({
      type: 'urn:keyroom:problem:app-frozen',
      field: 'to',
    });
    expect((await post(stage, CHECKOUT, { ...sms(), to: '+4915112345678' })).status).toBe(202);
    expect((await stage.keyroom(['unfreeze', 'otp', '--country', 'AE'])).code).toBe(0);
    expect((await post(stage, CHECKOUT, sms())).status).toBe(202);
  });

  test('and its end, commanded by two people at once: all layers agree with the last command', async () => {
    await Promise.all([stage.keyroom(['freeze', 'otp']), stage.keyroom(['unfreeze', 'otp'])]);
    const table = createDynamoDb({ ...(await asAdministrator(stage)), tableName: stage.room('otp').tableName });
    const wanted = (await table.getItem('room#state'))?.frozen === true;
    expect(await layersOf(stage, 'otp', APPS)).toEqual(wanted ? FROZEN : OPEN);
    expect((await stage.keyroom(['unfreeze', 'otp'])).code).toBe(0);
    expect(await layersOf(stage, 'otp', APPS)).toEqual(OPEN);
  });

  test('that is replayed after its end freezes nothing', async () => {
    const key = randomUUID();
    const first = await atOperatorDoor(stage, 'otp', { command: 'freeze' }, key);
    expect(first.status).toBe(202);
    expect((await stage.keyroom(['job', 'otp', String(first.body.id)])).code).toBe(0);
    expect((await stage.keyroom(['unfreeze', 'otp'])).code).toBe(0);
    const again = await atOperatorDoor(stage, 'otp', { command: 'freeze' }, key);
    expect([again.status, again.body.id, again.body.state]).toEqual([200, first.body.id, 'done']);
    await sleep(2000);
    expect(await layersOf(stage, 'otp', APPS)).toEqual(OPEN);
  });

  test('goes with curl alone, from any shell that has a session of the role', async () => {
    const { stdout } = await stage.keyroom(['freeze', 'otp', '--app', 'support', '--print-curl']);
    const command = stdout.slice(stdout.indexOf('curl --aws-sigv4'));
    const session = await stage.session(onCallRoleArn('otp'));
    const env = {
      PATH: process.env.PATH ?? '',
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      CURL_CA_BUNDLE: stage.state.ca,
    };
    const answer = await promisify(execFile)('sh', ['-c', command], { env });
    const job = JSON.parse(answer.stdout) as { readonly id: string; readonly caller: object };
    expect(job.caller).toMatchObject({ role: expect.stringContaining('keyroom-local-otp-on-call') as string });
    expect((await stage.keyroom(['job', 'otp', job.id])).code).toBe(0);
    expect((await layersOf(stage, 'otp', APPS)).flags).toEqual([false, true]);
    expect((await stage.keyroom(['unfreeze', 'otp', '--app', 'support'])).code).toBe(0);
  });

  test('cannot be had while Lambda runs nothing of the function: that is said plainly, and what to do', async () => {
    const functions = await lambdaAsAdministrator(stage);
    const FunctionName = incidentFunctionName('local', 'otp');
    await functions.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    try {
      const { code, stderr } = await stage.keyroom(['freeze', 'otp', '--timeout', '5']);
      expect(code).toBe(1);
      expect(stderr).toContain('did not happen within 5 s');
      expect(stderr).toContain('docs/on-call.md#the-brake-does-not-answer');
    } finally {
      await functions.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    }
  });
});

describe('the on-call role', () => {
  const stage = openStage();

  test('reads no key and no message, calls no function, and is not somebody else at another door', async () => {
    const client = {
      region: stage.state.region,
      endpoint: stage.state.awsEndpointUrl,
      credentials: asIdentity(await stage.session(onCallRoleArn('otp'))),
    };
    const denied = expect.objectContaining({ name: expect.stringMatching(/^AccessDenied/) as string }) as Error;
    const secrets = new SecretsManagerClient(client);
    for (const SecretId of [stage.room('otp').secretArn, 'keyroom/local/otp/pepper', 'keyroom/local/otp/managing']) {
      await expect(secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSCURRENT' }))).rejects.toThrow(
        denied,
      );
    }
    const functions = new LambdaClient(client);
    for (const name of ['incident', 'rotate-key']) {
      const FunctionName = `keyroom-local-otp-${name}`;
      await expect(functions.send(new InvokeCommand({ FunctionName, Payload: '{}' }))).rejects.toThrow(denied);
    }
    const table = createDynamoDb({
      ...asHolderOf(stage, client.credentials),
      tableName: stage.room('otp').tableName,
    });
    await expect(table.getItem('app#checkout')).rejects.toThrow(/AccessDenied/);
    const elsewhere = await atOperatorDoor(stage, 'notices', { command: 'freeze' }).then(({ status }) => status);
    expect(elsewhere).toBe(202);
    await stage.keyroom(['unfreeze', 'notices']);
  });
});
