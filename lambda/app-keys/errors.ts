import { COMMAND_PROBLEMS, type CommandProblem } from '../shared/command-problems.ts';
import { KeyroomError } from '../shared/errors.ts';

/** Everything that a command about app keys can be refused for, by its stable code. */
export const APP_KEY_PROBLEMS = {
  ...COMMAND_PROBLEMS,
  'unknown-app': { retryable: false, fix: 'Name an app of the room that has keys.' },
  'app-without-keys': {
    retryable: false,
    fix: 'Give the app an identity with keys in the configuration and deploy, if it runs outside AWS.',
  },
  'two-keys-live': {
    retryable: false,
    fix: 'See which one the app does not use any more with `keyroom app-key list <room> <app>`, and revoke it.',
  },
  'no-key-live': { retryable: false, fix: 'Issue one with `keyroom app-key issue <room> <app>`.' },
  'unknown-key': {
    retryable: false,
    fix: 'List the keys with `keyroom app-key list <room> <app>` and take the id from there.',
  },
  'keys-changed': { retryable: true, fix: 'Repeat the command: somebody else changed the keys of the app just now.' },
} as const satisfies Readonly<Record<string, CommandProblem>>;

export type AppKeyProblemCode = keyof typeof APP_KEY_PROBLEMS;

/** A command that the room refuses; nothing was changed. */
export class AppKeyError extends KeyroomError {
  override readonly name = 'AppKeyError';
  readonly code: AppKeyProblemCode;
  readonly retryable: boolean;

  constructor(code: AppKeyProblemCode, message: string) {
    super(message);
    this.code = code;
    this.retryable = APP_KEY_PROBLEMS[code].retryable;
  }
}
