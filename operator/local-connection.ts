import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** Everything a local run leaves behind lives here, at the project's root; ignored by git. */
export const STATE_DIRECTORY = path.join(path.dirname(import.meta.dirname), '.keyroom');

/**
 * Written while the local system runs; tells tools where it is. `KEYROOM_STATE_FILE` names another file, so that a test
 * run and a kept demo do not meet.
 */
export const STATE_FILE = process.env.KEYROOM_STATE_FILE ?? path.join(STATE_DIRECTORY, 'local.json');

/** The part of the state file that an operator needs. */
export interface LocalConnection {
  /** Each room's operator door, where it has one; without a slash at the end. */
  readonly rooms: Readonly<Record<string, { readonly operatorApiUrl?: string }>>;
  readonly awsEndpointUrl: string;
  /** Path of the local certificate authority's certificate. */
  readonly ca: string;
  /** The platform engineer: may assume the roles of this system, and nothing else by itself. */
  readonly operator: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The running local system, or `undefined` when there is none. */
export const readLocalConnection = (): LocalConnection | undefined =>
  existsSync(STATE_FILE) ? (JSON.parse(readFileSync(STATE_FILE, 'utf8')) as LocalConnection) : undefined;

/** Makes this process trust what the local system's own authority signed, beside the usual ones. */
export const trustAuthority = (caPath: string): void => {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caPath, 'utf8')]);
};
