import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type LocalConnection,
  readLocalConnection,
  STATE_DIRECTORY,
  STATE_FILE,
} from '../../operator/local-connection.ts';
import type { BackgroundProcess } from './background-process.ts';

/** Project root. */
export const ROOT = path.dirname(path.dirname(import.meta.dirname));

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
  /** The same for apps that come with a key; absent where there is none. */
  readonly keyApiUrl?: string;
  /** Door of the receipts; absent where the room takes none. */
  readonly receiptApiUrl?: string;
  /** Door of whoever is on call; absent where there is nobody. Commands go to `${operatorApiUrl}/v1/jobs`. */
  readonly operatorApiUrl?: string;
  /** Absent in a sandbox room. */
  readonly secretArn?: string;
  readonly tableName: string;
  readonly pageQueueUrl: string;
  /** The apps that sign. */
  readonly apps: Readonly<Record<string, LocalApp>>;
}

/** The running local system, as `.keyroom/local.json` holds it. */
export interface LocalState extends LocalConnection {
  readonly region: string;
  readonly stacks: readonly string[];
  readonly rooms: Readonly<Record<string, LocalRoom>>;
  readonly providers: Readonly<Record<string, { readonly baseUrl: string; readonly controlUrl: string }>>;
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
export const readState = (): LocalState | undefined => readLocalConnection() as LocalState | undefined;

export const removeState = (): void => rmSync(STATE_FILE, { force: true });
