import { STATE_FILE } from '../../operator/local-connection.ts';
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { STSClient } from '@aws-sdk/client-sts';
import type { Report } from '../../operator/report.ts';
import { type AppClient, createAppClient } from '../system/app-client.ts';
import type { CdkTarget } from '../system/cdk.ts';
import { DEPLOY_KEY } from '../system/emulator.ts';
import { DEPLOYMENT_ROLE_ARN } from '../system/identities.ts';
import type { LocalSystem } from '../system/local-system.ts';
import { providerControl } from '../system/provider-control.ts';
import { assumeRole } from '../system/sessions.ts';
import { type LocalRoom, type LocalState, ROOT, type SessionCredentials } from '../system/state-file.ts';

/** What one run of Keyroom's command line came to. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Everything a chapter of the story may use: the public faces of the running system. */
export interface Stage {
  readonly state: LocalState;
  readonly cdk: CdkTarget;
  readonly report: Report;
  readonly room: (name: string) => LocalRoom;
  /** The app's own signed client. */
  readonly app: (room: string, name: string) => AppClient;
  /** The control interface of the provider behind a room. */
  readonly provider: (name: string) => ReturnType<typeof providerControl>;
  /** A session of a role, assumed as the platform engineer. */
  readonly session: (roleArn: string) => Promise<SessionCredentials>;
  /** A session of the role that CloudFormation works with. */
  readonly deploymentSession: () => Promise<SessionCredentials>;
  /** Runs the operator's command line, as a person would. */
  readonly keyroom: (args: readonly string[], input?: string) => Promise<CliResult>;
}

const runCli = (args: readonly string[], input: string | undefined, signal: AbortSignal): Promise<CliResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'bin', 'keyroom.ts'), ...args], {
      cwd: ROOT,
      env: { ...process.env, KEYROOM_STATE_FILE: STATE_FILE },
      stdio: ['pipe', 'pipe', 'pipe'],
      signal,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
    child.stdin.end(input ?? '');
  });

/** Files that keep what apps and operators were told, so that a search for secrets sees that, too. */
const COMMANDS_FILE = 'commands.log';
export const ANSWER_FILES = { accepted: 'answers.log', refused: 'refusals.log' } as const;

const recording =
  (client: AppClient, runDirectory: string): AppClient =>
  async (call) => {
    const answer = await client(call);
    const file = answer.status < 400 ? ANSWER_FILES.accepted : ANSWER_FILES.refused;
    const line = JSON.stringify({ ...answer, headers: Object.fromEntries(answer.headers) });
    appendFileSync(path.join(runDirectory, file), `${line}\n`);
    return answer;
  };

/** Sets the stage: a running system, and the means to act in it as its users do. */
export const createStage = ({ state, cdk }: Pick<LocalSystem, 'state' | 'cdk'>, report: Report): Stage => {
  const room = (name: string): LocalRoom => {
    const found = state.rooms[name];
    if (found === undefined)
      throw new Error(`there is no room ${name}: there are ${Object.keys(state.rooms).join(', ')}`);
    return found;
  };
  const sts = (credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }) =>
    new STSClient({ region: state.region, endpoint: state.awsEndpointUrl, credentials });
  return {
    state,
    cdk,
    report,
    room,
    app: (roomName, name) => {
      const credentials = room(roomName).apps[name];
      if (credentials === undefined) throw new Error(`room ${roomName} has no app ${name}`);
      return recording(createAppClient(room(roomName).apiUrl, credentials), state.runDirectory);
    },
    provider: (name) => {
      const found = state.providers[name];
      if (found === undefined) throw new Error(`there is no simulator of ${name}`);
      return providerControl(found.controlUrl);
    },
    session: (roleArn) => assumeRole(sts(state.operator), roleArn, 'story'),
    // Only CloudFormation may assume it, so it takes the key that deploys.
    deploymentSession: () => assumeRole(sts(DEPLOY_KEY), DEPLOYMENT_ROLE_ARN, 'story'),
    keyroom: async (args, input) => {
      const result = await runCli(args, input, cdk.signal);
      appendFileSync(path.join(state.runDirectory, COMMANDS_FILE), `${result.stdout}${result.stderr}`);
      return result;
    },
  };
};

/** Ends a step with a sentence when something did not hold. */
export function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
