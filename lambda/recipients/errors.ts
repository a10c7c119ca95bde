import { COMMAND_PROBLEMS, type CommandProblem } from '../shared/command-problems.ts';
import { KeyroomError } from '../shared/errors.ts';

/** Everything that a command about a recipient can be refused for, by its stable code. */
export const RECIPIENT_PROBLEMS = {
  ...COMMAND_PROBLEMS,
  'invalid-number': {
    retryable: false,
    fix: 'Give the number in E.164: a plus sign, the country code and the number, digits only, such as +971500000001.',
  },
  'no-inbound': {
    retryable: false,
    fix: 'Set inbound in the configuration of the room, deploy, and repeat the command.',
  },
} as const satisfies Readonly<Record<string, CommandProblem>>;

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
