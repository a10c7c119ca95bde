import { isAwsError } from './aws/aws-error.ts';

/** What a command of a person can be refused for. */
export interface CommandProblem {
  /** Whether the same command may succeed later without a change. */
  readonly retryable: boolean;
  /** What to do about it. `<room>` stands for the room at hand, `<app>` for the app. */
  readonly fix: string;
}

/** What every command can be refused for, by its stable code. */
export const COMMAND_PROBLEMS = {
  'invalid-command': { retryable: false, fix: 'Correct the command and repeat it.' },
  'pepper-unavailable': {
    retryable: true,
    fix: 'Repeat the command. If it persists, look whether the secret keyroom/<env>/<room>/pepper is frozen or its key disabled.',
  },
  'aws-unavailable': { retryable: true, fix: 'Repeat the command.' },
  internal: { retryable: true, fix: 'Repeat the command. If it persists, look for the request id in the log.' },
} as const satisfies Readonly<Record<string, CommandProblem>>;

/** What a person is told of an error that nobody foresaw: messages of libraries may quote a request. */
export const unforeseen = (
  error: unknown,
): { readonly code: 'aws-unavailable' | 'internal'; readonly message: string } =>
  isAwsError(error)
    ? { code: 'aws-unavailable', message: `AWS did not do its part: ${error.code}` }
    : { code: 'internal', message: 'something went wrong inside the room' };
