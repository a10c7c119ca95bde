import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BackgroundProcess } from './background-process.ts';

/** Project root. */
export const ROOT = path.dirname(path.dirname(import.meta.dirname));

/** Everything a run leaves behind lives here; ignored by git. */
export const STATE_DIRECTORY = path.join(ROOT, '.keyroom');

/**
 * Written while the local system runs; tells tools where it is. `KEYROOM_STATE_FILE` names another file, so that a test
 * run and a kept demo do not meet.
 */
export const STATE_FILE = process.env.KEYROOM_STATE_FILE ?? path.join(STATE_DIRECTORY, 'local.json');

/** Credentials of a session; never the emulator's dummy key. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** ISO 8601. */
  readonly expiration: string;
}

export interface LocalApp extends SessionCredentials {
  readonly roleArn: string;
}

export interface LocalRoom {
  readonly provider: string;
  /** Stage root; requests go to `${apiUrl}/v1/messages`. */
  readonly apiUrl: string;
  /** Absent in a sandbox room. */
  readonly secretArn?: string;
  readonly tableName: string;
  readonly pageQueueUrl: string;
  readonly apps: Readonly<Record<string, LocalApp>>;
}

/** The running local system, as `.keyroom/local.json` holds it. */
export interface LocalState {
  readonly awsEndpointUrl: string;
  readonly region: string;
  /** Path of the project CA's certificate. */
  readonly ca: string;
  readonly stacks: readonly string[];
  readonly rooms: Readonly<Record<string, LocalRoom>>;
  readonly providers: Readonly<Record<string, { readonly baseUrl: string; readonly controlUrl: string }>>;
  /** An IAM user that may assume the rooms' importer roles and nothing else: the platform engineer. */
  readonly operator: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Folder with logs, keys and saved state of this run. */
  readonly runDirectory: string;
  readonly processes: readonly BackgroundProcess[];
}

/** Writes the state file, readable by its owner only: it holds session credentials. */
export const writeState = (state: LocalState): void => {
  mkdirSync(STATE_DIRECTORY, { recursive: true, mode: 0o700 });
  writeFileSync(STATE_FILE, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  chmodSync(STATE_FILE, 0o600);
};

/** The running system's state, or `undefined` when none was kept. */
export const readState = (): LocalState | undefined =>
  existsSync(STATE_FILE) ? (JSON.parse(readFileSync(STATE_FILE, 'utf8')) as LocalState) : undefined;

export const removeState = (): void => rmSync(STATE_FILE, { force: true });
