import { KeyroomError } from '../shared/errors.ts';

interface Problem {
  readonly retryable: boolean;
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

/**
 * Everything that can go wrong with a key, by its stable code.
 *
 * Codes of the provider's calls are among them: one table tells a person what to do, whoever raised the error.
 */
export const PROBLEMS = {
  'rotation-not-enabled': {
    retryable: false,
    message: 'rotation is not enabled on the sending secret',
    fix: 'Deploy the room again: its rotation schedule is missing or was cancelled.',
  },
  'foreign-secret': {
    retryable: false,
    message: 'the event names a secret that is not this room’s sending secret',
    fix: 'Use this function only as the rotation function of its own room.',
  },
  'token-not-a-uuid': {
    retryable: false,
    message: 'the rotation’s ClientRequestToken is not a UUID, so a key could not be found again by it',
    fix: 'Start the rotation with `keyroom rotate`, or without --client-request-token.',
  },
  'version-unknown': {
    retryable: false,
    message: 'the secret has no version with this ClientRequestToken',
    fix: 'Start a new rotation: this one was cleaned up.',
  },
  'version-not-pending': {
    retryable: false,
    message: 'the version is neither AWSPENDING nor AWSCURRENT',
    fix: 'Start a new rotation: this one was superseded.',
  },
  'pending-version-empty': {
    retryable: true,
    message: 'the pending version holds no key',
    fix: 'Nothing: the next sweep cleans it up and the next rotation starts afresh.',
  },
  'old-key-still-draining': {
    retryable: true,
    message: 'an old key is still in its grace period, and only one may be',
    fix: 'Wait until the time given and the next sweep, then rotate.',
  },
  'rotation-in-progress': {
    retryable: true,
    message: 'a rotation has not finished yet',
    fix: 'Ask for `status`. One that failed is cleaned up by the sweep an hour after it began.',
  },
  'room-busy': {
    retryable: true,
    message: 'another rotation step or command is at work on this room’s keys',
    fix: 'Try again in two minutes.',
  },
  'state-changed': {
    retryable: true,
    message: 'the rotation state was changed by somebody else meanwhile',
    fix: 'Try again.',
  },
  'room-has-no-key': {
    retryable: false,
    message: 'no provider credential was imported into this room yet',
    fix: 'Run `keyroom import-key`.',
  },
  'provider-has-no-key': {
    retryable: false,
    message: 'this room’s provider needs no key',
    fix: 'Nothing: send.',
  },
  'pending-key-refused': {
    retryable: true,
    message: 'the provider refuses the new key',
    fix: 'Look at the key and its allowed addresses at the provider. Sends go on with the current key.',
  },
  'candidate-missing': {
    retryable: false,
    message: 'the inbox holds no candidate',
    fix: 'Run `keyroom import-key` and type the credential. `status` shows whether an earlier one was taken.',
  },
  'candidate-malformed': {
    retryable: false,
    message: 'the candidate in the inbox does not have the form this provider needs',
    fix: 'Run `keyroom import-key` again. The candidate was destroyed.',
  },
  'candidate-refused-by-provider': {
    retryable: false,
    message: 'the provider refuses the candidate',
    fix: 'Check the credential in the provider’s console and import it again. The candidate was destroyed.',
  },
  'managing-credential-refused': {
    retryable: false,
    message: 'the provider refuses the room’s managing credential',
    fix: 'Import a working one with `keyroom import-key`. Sends go on with the current key.',
  },
  'address-refused': {
    retryable: false,
    message: 'the provider refuses the credential from the room’s addresses',
    fix: 'Allow the addresses in the EgressAddresses output at the provider. The next sweep tries again.',
  },
  'provider-unreachable': {
    retryable: true,
    message: 'the provider gave no usable answer',
    fix: 'Check the provider’s status page and the egress. The next sweep tries again.',
  },
  'provider-key-quota-used-up': {
    retryable: true,
    message: 'the provider makes or changes no more keys for now (Infobip: 40 a day)',
    fix: 'Wait until the provider’s day is over. Sends go on with the current key.',
  },
  'provider-refused-request': {
    retryable: false,
    message: 'the provider refused a key-managing request as invalid',
    fix: 'Report it with the request id: the provider’s interface has probably changed.',
  },
  'provider-object-missing': {
    retryable: false,
    message: 'the provider does not know the key or the address called',
    fix: 'Report it with the request id: the provider’s interface has probably changed.',
  },
  'provider-answer-unreadable': {
    retryable: false,
    message: 'the provider’s answer to a key-managing call cannot be read',
    fix: 'Report it with the request id: the provider’s interface has probably changed.',
  },
  'key-not-as-requested': {
    retryable: false,
    message: 'the provider made a key that is not bound as it was asked for; it was disabled',
    fix: 'Check that EgressAddresses is not empty and that the provider supports address-bound keys for this account.',
  },
  'credential-malformed': {
    retryable: false,
    message: 'a stored credential does not have the form this provider needs',
    fix: 'Import the credential again with `keyroom import-key`.',
  },
  'secret-access-denied': {
    retryable: false,
    message: 'Secrets Manager does not let this function use the secret',
    fix: 'Look at the secret’s policy, the freeze tag, the function’s role and the state of the secret’s KMS key.',
  },
  'secret-store-unavailable': {
    retryable: true,
    message: 'Secrets Manager gave no usable answer',
    fix: 'Check the Secrets Manager endpoint of the egress network; then try again.',
  },
  configuration: {
    retryable: false,
    message: 'the function was deployed with an environment it cannot work with',
    fix: 'Deploy the room again.',
  },
  internal: {
    retryable: true,
    message: 'something else failed',
    fix: 'Look in the function’s log under this request id.',
  },
} as const satisfies Readonly<Record<string, Problem>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A rotation step or a command cannot go on; the code says why, the table above what to do. */
export class RotationError extends KeyroomError {
  override readonly name = 'RotationError';
  readonly code: ProblemCode;
  readonly retryable: boolean;

  /** @param detail a fact that helps (a time, a field's name), never a value from a secret */
  constructor(code: ProblemCode, detail?: string) {
    super(detail === undefined ? PROBLEMS[code].message : `${PROBLEMS[code].message}: ${detail}`);
    this.code = code;
    this.retryable = PROBLEMS[code].retryable;
  }
}

/** Code, message and fix of any error; one that is not Keyroom's own shows nothing of itself. */
export const problemOf = (
  error: unknown,
): { readonly code: ProblemCode; readonly message: string; readonly fix: string } => {
  const known = error instanceof KeyroomError && error.code in PROBLEMS;
  const code = known ? (error.code as ProblemCode) : 'internal';
  return { code, message: known ? error.message : PROBLEMS.internal.message, fix: PROBLEMS[code].fix };
};
