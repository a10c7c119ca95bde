import { isCancel, password, text } from '@clack/prompts';
import type { ProviderCapabilities } from '../lambda/providers/capabilities.ts';
import { UsageError } from './errors.ts';

/**
 * Asks a person for the credential, without showing what is secret while it is typed.
 *
 * @throws UsageError when the person gives up.
 */
export const promptForCandidate = async (fields: ProviderCapabilities['managingFields']): Promise<string> => {
  const values: Record<string, string> = {};
  for (const { name, label, hidden } of fields) {
    const required = (value: string | undefined) => (value ? undefined : 'must not be empty');
    const answer = hidden
      ? await password({ message: label, validate: required })
      : await text({ message: label, validate: required });
    if (isCancel(answer)) throw new UsageError('nothing was imported');
    values[name] = answer;
  }
  return JSON.stringify(values);
};

/** Asks for a recipient's number. @throws UsageError when the person gives up */
export const promptForNumber = async (): Promise<string> => {
  const answer = await text({ message: 'The number, in E.164' });
  if (isCancel(answer)) throw new UsageError('nothing was done');
  return answer;
};

/** Asks for an app key that was found where it does not belong. @throws UsageError when the person gives up */
export const promptForLeakedKey = async (): Promise<string> => {
  const answer = await password({ message: 'The key that was found' });
  if (isCancel(answer)) throw new UsageError('nothing was revoked');
  return answer;
};
