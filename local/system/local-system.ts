import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { createAuthority } from '../certificates.ts';
import { LOCAL } from '../../lib/config/local.ts';
import { appRoleName, egressStackName, roomStackName } from '../../lib/config/names.ts';
import { type BackgroundProcess, stopProcess } from './background-process.ts';
import { bootstrap, type CdkTarget, deploy, synthesize } from './cdk.ts';
import { ACCOUNT, DEPLOY_KEY, REGION, startEmulator } from './emulator.ts';
import { createBystanders, createPlatformEngineer } from './identities.ts';
import { assumeRole } from './sessions.ts';
import { announceEgress, announceReceiptDoors, startSimulators } from './simulators.ts';
import { localDoorUrl, output, readOutputs } from './stack-outputs.ts';
import { type LocalApp, type LocalRoom, type LocalState } from './state-file.ts';
import { STATE_DIRECTORY, trustAuthority } from '../../operator/local-connection.ts';

/** Runs a named piece of work and tells somebody about it. */
export type RunStep = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export interface LocalSystem {
  readonly state: LocalState;
  readonly cdk: CdkTarget;
  /** Ends every process and removes the run's folder. Safe to call twice. */
  readonly stop: (end?: { readonly failed: boolean }) => Promise<void>;
}

/** A client for what only set-up may do: read stack outputs, create identities. */
const deploymentClient = (endpointUrl: string) => ({
  region: REGION,
  endpoint: endpointUrl,
  credentials: DEPLOY_KEY,
});

const describeApp = async (sts: STSClient, room: string, app: string): Promise<LocalApp> => {
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/${appRoleName(LOCAL.name, room, app)}`;
  return { roleArn, ...(await assumeRole(sts, roleArn, app)) };
};

/** Where the logs of the last run that failed are kept. */
export const FAILURE_DIRECTORY = path.join(STATE_DIRECTORY, 'last-failure');

/**
 * Ends what a run started and forgets its files.
 *
 * @param failed keeps its logs, for whoever has to find out what went wrong.
 */
export const stopRun = async (
  run: Pick<LocalState, 'processes' | 'runDirectory'>,
  { failed = false } = {},
): Promise<void> => {
  await Promise.all(run.processes.map(stopProcess));
  if (failed) {
    rmSync(FAILURE_DIRECTORY, { recursive: true, force: true });
    mkdirSync(FAILURE_DIRECTORY, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(run.runDirectory).filter((file) => file.endsWith('.log'))) {
      copyFileSync(path.join(run.runDirectory, name), path.join(FAILURE_DIRECTORY, name));
    }
  }
  rmSync(run.runDirectory, { recursive: true, force: true });
};

/** What the CDK's command line has to know of a running system. */
export const cdkTarget = (
  {
    awsEndpointUrl,
    ca,
    runDirectory,
    providers,
  }: Pick<LocalState, 'awsEndpointUrl' | 'ca' | 'runDirectory' | 'providers'>,
  signal: AbortSignal,
): CdkTarget => ({
  endpointUrl: awsEndpointUrl,
  caPath: ca,
  runDirectory,
  providerBaseUrls: Object.fromEntries(Object.entries(providers).map(([name, { baseUrl }]) => [name, baseUrl])),
  signal,
});

/**
 * Starts simulators and emulator, deploys the `local` environment, and describes what is there.
 *
 * Everything listens on free ports of 127.0.0.1. Whatever fails or interrupts the start leaves nothing behind.
 *
 * @param signal aborting it ends the start at its next step.
 */
export const startLocalSystem = async (run: RunStep, signal: AbortSignal): Promise<LocalSystem> => {
  mkdirSync(STATE_DIRECTORY, { recursive: true, mode: 0o700 });
  const runDirectory = mkdtempSync(path.join(STATE_DIRECTORY, 'run-'));
  // Functions run below this folder. Without it they would inherit the project's own "type": "module".
  writeFileSync(path.join(runDirectory, 'package.json'), '{"type":"commonjs"}\n');
  const processes: BackgroundProcess[] = [];
  const stop = (end?: { readonly failed: boolean }) => stopRun({ processes, runDirectory }, end);
  try {
    const authority = await createAuthority(path.join(runDirectory, 'tls'));
    trustAuthority(authority.caPath);
    const simulators = await run('start the provider simulators', async () => {
      const started = await startSimulators(
        runDirectory,
        await authority.issue('simulators', ['localhost', '127.0.0.1']),
      );
      processes.push(started.process);
      return started;
    });
    signal.throwIfAborted();
    const emulator = await run('start the emulator, with IAM and TLS on', async () => {
      const files = await authority.issue('emulator', ['localhost', '127.0.0.1', '*.execute-api.localhost']);
      const started = await startEmulator({ ...files, caPath: authority.caPath, runDirectory });
      processes.push(started.process);
      return started;
    });
    signal.throwIfAborted();
    const cdk = cdkTarget(
      {
        awsEndpointUrl: emulator.endpointUrl,
        ca: authority.caPath,
        runDirectory,
        providers: simulators.providers,
      },
      signal,
    );
    await run('synthesise and bootstrap', async () => {
      await Promise.all([synthesize(cdk), bootstrap(cdk)]);
    });
    signal.throwIfAborted();
    await run('deploy egress and rooms', () => deploy(cdk, ['--all']));
    signal.throwIfAborted();
    const state = await run('describe what is there', async () => {
      const client = deploymentClient(emulator.endpointUrl);
      const iam = new IAMClient(client);
      await createBystanders(iam);
      const operator = await createPlatformEngineer(iam);
      const outputs = await readOutputs(new CloudFormationClient(client));
      await announceEgress(
        simulators.providers,
        output(outputs, egressStackName(LOCAL.name), 'EgressAddresses').split(','),
      );
      const sts = new STSClient({ ...client, credentials: operator });
      const rooms: Record<string, LocalRoom> = {};
      const receiptDoors: Record<string, string> = {};
      for (const [room, config] of Object.entries(LOCAL.rooms)) {
        const stack = roomStackName(LOCAL.name, room);
        const apps: Record<string, LocalApp> = {};
        for (const [app, { identity }] of Object.entries(config.apps)) {
          if (!('keys' in identity)) apps[app] = await describeApp(sts, room, app);
        }
        const {
          SendingSecretArn: secretArn,
          KeyApiUrl: keyApiUrl,
          ReceiptApiUrl: receiptDoor,
          OperatorApiUrl: operatorDoor,
        } = outputs[stack] ?? {};
        const receiptApiUrl = receiptDoor && localDoorUrl(emulator.endpointUrl, receiptDoor);
        if (receiptApiUrl) receiptDoors[receiptDoor] = receiptApiUrl;
        rooms[room] = {
          provider: config.provider,
          apiUrl: localDoorUrl(emulator.endpointUrl, output(outputs, stack, 'AppApiUrl')),
          ...(keyApiUrl === undefined ? {} : { keyApiUrl: localDoorUrl(emulator.endpointUrl, keyApiUrl) }),
          ...(receiptApiUrl && { receiptApiUrl }),
          ...(operatorDoor && { operatorApiUrl: localDoorUrl(emulator.endpointUrl, operatorDoor) }),
          ...(secretArn === undefined ? {} : { secretArn }),
          tableName: output(outputs, stack, 'LedgerTableName'),
          pageQueueUrl: output(outputs, stack, 'PagesQueueUrl'),
          apps,
        };
      }
      await announceReceiptDoors(simulators.providers, receiptDoors);
      return {
        awsEndpointUrl: emulator.endpointUrl,
        region: REGION,
        ca: authority.caPath,
        stacks: Object.keys(outputs),
        rooms,
        providers: simulators.providers,
        operator,
        runDirectory,
        processes,
      };
    });
    return { state, cdk, stop };
  } catch (error) {
    await stop({ failed: !signal.aborted });
    throw error;
  }
};
