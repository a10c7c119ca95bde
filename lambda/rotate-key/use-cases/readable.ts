import type { ManagingField } from '../../providers/capabilities.ts';
import { CredentialFormatError } from '../../shared/credential-manager.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';
import { parseCandidate } from './candidate.ts';

/** Whether a stored value is a sending credential of the room's provider: a person may have put something else there. */
export const isSendingCredential = ({ provider }: Keys, value: SecretValue): boolean => {
  try {
    provider.keyIdOf(value);
    provider.lifetimeOf(value);
    return true;
  } catch (error: unknown) {
    if (error instanceof CredentialFormatError) return false;
    throw error;
  }
};

/** The same of a managing credential. */
export const isManagingCredential = (value: SecretValue, fields: readonly ManagingField[]): boolean => {
  try {
    parseCandidate(value, fields);
    return true;
  } catch (error: unknown) {
    if (error instanceof RotationError) return false;
    throw error;
  }
};
