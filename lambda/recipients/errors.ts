import { KeyroomError } from '../shared/errors.ts';

interface RecipientProblem {
  readonly retryable: boolean;
  /** What to do about it. */
  readonly fix: string;
}

/** Everything that a command about a recipient can be refused for, by its stable code. */
export const RECIPIENT_PROBLEMS = {
  'invalid-command': { retryable: false, fix: 'Correct the command and repeat it.' },
  'invalid-number': {
    retryable: false,
    fix: 'Give the number in E.164: a plus sign, the country code and the number, digits only, such as +971500000001.',
  },
  'pepper-unavailable': {
    retryable: true,
    fix: 'Repeat the command. If it persists, look whether the secret keyroom/<env>/<room>/pepper is frozen or its key disabled.',
  },
  'aws-unavailable': { retryable: true, fix: 'Repeat the command.' },
  internal: { retryable: true, fix: 'Repeat the command. If it persists, look for the request id in the log.' },
} as const satisfies Readonly<Record<string, RecipientProblem>>;

export type RecipientProblemCode = keyof typeof RECIPIENT_PROBLEMS;

/** A command that the room refuses; nothing was changed. Its message quotes nothing that was given. */
export class RecipientError extends KeyroomError {
  override readonly name = 'RecipientError';
  readonly code: RecipientProblemCode;
  readonly retryable: boolean;

  constructor(code: RecipientProblemCode, message: string) {
    super(message);
    this.code = code;
    this.retryable = RECIPIENT_PROBLEMS[code].retryable;
  }
}
