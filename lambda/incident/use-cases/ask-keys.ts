import type { KeysAnswer, KeysCommand } from '../../shared/keys-command.ts';
import type { IncidentPorts } from '../ports.ts';
import { StepError } from './progress.ts';

/** Has the keys' function do something. @throws StepError with what it says when it did not */
export const askKeys = async (
  { keys }: IncidentPorts,
  command: KeysCommand,
): Promise<Extract<KeysAnswer, { ok: true }>> => {
  if (keys === undefined) throw new StepError(NO_KEYS);
  const answer = await keys(command);
  if (answer.ok) return answer;
  throw new StepError(answer);
};

/** A sandbox has no credential. */
export const NO_KEYS = {
  code: 'provider-has-no-key',
  message: 'the provider of this room has no key',
  retryable: false,
  fix: 'name another room',
} as const;
