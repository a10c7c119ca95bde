import type { Access } from '../shared/provider-records.ts';
import type { SecretValue } from '../shared/secret-value.ts';
import { CURRENT_STAGE } from '../shared/secret-versions.ts';
import type { ReadRecordsPorts } from './ports.ts';

/** The credential in use that has the access asked for; `undefined` where the room has none. */
export type CredentialFor = (access: Access) => Promise<SecretValue | undefined>;

/**
 * {@link CredentialFor} with the least credential that may ask.
 *
 * Each secret is read once in a command, and only if it is needed.
 */
export const credentialReader = ({
  sending,
  managing,
}: Pick<ReadRecordsPorts, 'sending' | 'managing'>): CredentialFor => {
  const read = new Map<'sending' | 'managing', Promise<SecretValue | undefined>>();
  return ({ credential }) => {
    const kind = credential === 'sending' ? 'sending' : 'managing';
    const secret = kind === 'sending' ? sending : managing;
    const value = read.get(kind) ?? secret.get(CURRENT_STAGE).then((version) => version?.value);
    read.set(kind, value);
    return value;
  };
};
