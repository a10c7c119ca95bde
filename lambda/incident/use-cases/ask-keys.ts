import type { KeysAnswer, KeysCommand } from '../../shared/keys-command.ts';
import type { IncidentPorts } from '../ports.ts';
import type { CommandEnd } from './command.ts';
import { StepError } from './progress.ts';

/** Asks the function that keeps the keys, and remembers why it did not do what it was last asked for. */
export interface Asker {
  /** @throws StepError with what it says when it did not */
  readonly ask: (command: KeysCommand) => Promise<Extract<KeysAnswer, { ok: true }>>;
  /** `undefined` when it did, or gave no answer. */
  readonly refusal: () => StepError | undefined;
  /** How a run ends that the last refusal has stopped. */
  readonly endOf: (outcome: string) => CommandEnd;
}

/** An {@link Asker} for one run. */
export const createAsker = (ports: IncidentPorts): Asker => {
  let refusal: StepError | undefined;
  return {
    ask: async (command) => {
      refusal = undefined;
      try {
        return await askKeys(ports, command);
      } catch (error: unknown) {
        if (error instanceof StepError) refusal = error;
        throw error;
      }
    },
    refusal: () => refusal,
    endOf: (outcome) => {
      if (refusal === undefined) return { state: 'running', outcome: `${outcome}; it is tried again` };
      const because = `${outcome}: ${refusal.message}`;
      return refusal.retryable
        ? { state: 'running', outcome: `${because}; it is tried again` }
        : { state: 'failed', outcome: because, todo: refusal.fix };
    },
  };
};

const askKeys = async ({ keys }: IncidentPorts, command: KeysCommand): Promise<Extract<KeysAnswer, { ok: true }>> => {
  if (keys === undefined) throw new StepError(NO_KEYS);
  const answer = await keys(command);
  if (answer.ok) return answer;
  throw new StepError(answer);
};

/** A sandbox has no credential. */
const NO_KEYS = {
  code: 'provider-has-no-key',
  message: 'the provider of this room has no key',
  retryable: false,
  fix: 'name another room',
} as const;
