/** What is told of a problem, whoever meets it. */
export interface RotationProblem {
  readonly retryable: boolean;
  readonly message: string;
  /** What to do about it. `<room>` and `<env>` stand for the names of the room at hand. */
  readonly fix: string;
}

/**
 * Everything that can go wrong with a key, by its stable code.
 *
 * Codes of the provider's calls are among them: one table tells a person what to do, whoever raised the error.
 */
export const ROTATION_PROBLEMS = {
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
    fix: 'Start the rotation with `keyroom rotate <room> -e <env>`, or without --client-request-token.',
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
    fix: 'Wait for the time given and the sweep after it (every hour), then run `keyroom rotate <room> -e <env>`.',
  },
  'old-key-out-of-reach': {
    retryable: false,
    message: 'the provider still takes the old key, and knows it in no account that the room has a credential of',
    fix: 'Revoke the key named in the console of the account it was made in, then run `keyroom sweep <room> -e <env>`, which proves it dead. Until then no other rotation runs.',
  },
  'key-not-kept': {
    retryable: false,
    message: 'the room keeps no credential under this version id, so it cannot be revoked by it',
    fix: 'Run `keyroom keys <room> -e <env>` to see which there are. One that was made long ago has ended, or is to be ended in the provider’s console.',
  },
  'key-not-revocable': {
    retryable: false,
    message:
      'this provider ends a key only together with the credential that made it, and no standby waits to take over',
    fix: 'Make a second credential at the provider and run `keyroom import-key <room> -e <env>`, which switches to it; then delete the old one there. Deleting it first stops the thief at once, and every message until the import: they wait.',
  },
  'rotation-in-progress': {
    retryable: true,
    message: 'a rotation has not finished yet',
    fix: 'Run `keyroom keys <room> -e <env>` to see where it stands. One that failed is cleaned up an hour after it began, by the sweep or by the next `keyroom rotate <room> -e <env>`.',
  },
  'heal-limit-reached': {
    retryable: true,
    message:
      'the provider refuses the current key, and the room has replaced keys by itself as often as it may for now',
    fix: 'Find out who or what disables the room’s keys at the provider, then run `keyroom rotate <room> -e <env>`. The room tries again after a minute, an hour or a day.',
  },
  'room-busy': {
    retryable: true,
    message: 'another rotation step or command is at work on this room’s keys',
    fix: 'Repeat the command in three minutes.',
  },
  'state-changed': {
    retryable: true,
    message: 'the rotation state was changed by somebody else meanwhile',
    fix: 'Repeat the command.',
  },
  'room-has-no-key': {
    retryable: false,
    message: 'no provider credential was imported into this room yet',
    fix: 'Run `keyroom import-key <room> -e <env>`.',
  },
  'provider-has-no-key': {
    retryable: false,
    message: 'this room’s provider needs no key',
    fix: 'Nothing: send messages.',
  },
  'pending-key-refused': {
    retryable: true,
    message: 'the provider refuses the new key',
    fix: 'Look at the key and its allowed addresses at the provider. Sends go on with the current key.',
  },
  'key-lacks-scope': {
    retryable: false,
    message: 'the provider knows the key and does not let it send on the room’s channels',
    fix: 'Allow the provider account, and the user who manages its keys, to send on these channels. After an import, import again.',
  },
  'key-not-unknown': {
    retryable: false,
    message: 'no unknown key at the provider has this id',
    fix: 'Run `keyroom sweep <room> -e <env>`, then `keyroom keys <room> -e <env>`, and take the id from the list.',
  },
  'too-many-accepted-keys': {
    retryable: false,
    message: 'as many keys of your own are remembered as can be',
    fix: 'Disable or delete keys at the provider that nobody uses; the next sweep forgets them. Better, give the room an account of its own.',
  },
  'candidate-missing': {
    retryable: false,
    message: 'the inbox holds no candidate',
    fix: 'Run `keyroom import-key <room> -e <env>` and type the credential. `keyroom keys <room> -e <env>` shows whether an earlier one was taken.',
  },
  'candidate-malformed': {
    retryable: false,
    message: 'the candidate in the inbox does not have the form this provider needs',
    fix: 'The candidate was destroyed. Run `keyroom import-key <room> -e <env>` again.',
  },
  'candidate-refused-by-provider': {
    retryable: false,
    message: 'the provider refuses the candidate',
    fix: 'The candidate was destroyed. Check the credential in the provider’s console and run `keyroom import-key <room> -e <env>` again.',
  },
  'standby-missing': {
    retryable: false,
    message: 'the room has no standby to swap to',
    fix: 'Make a second credential at the provider and run `keyroom import-key <room> -e <env>`, which switches to it at once. Whether one that was swapped out before is dead, `keyroom sweep <room> -e <env>` asks.',
  },
  'standby-refused': {
    retryable: false,
    message: 'the provider refuses the standby; nothing was changed',
    fix: 'Make another credential at the provider and run `keyroom import-key <room> -e <env>`, with --standby if there is no hurry.',
  },
  'standby-is-current': {
    retryable: false,
    message: 'the candidate is the credential in use, and would end with it',
    fix: 'The candidate was destroyed. Make a second credential at the provider and run `keyroom import-key --standby <room> -e <env>`.',
  },
  'standby-without-current': {
    retryable: false,
    message: 'the room has no credential yet that a standby could take over from',
    fix: 'The candidate was destroyed. Run `keyroom import-key <room> -e <env>` without --standby.',
  },
  'managing-credential-refused': {
    retryable: false,
    message: 'the provider refuses the room’s managing credential',
    fix: 'Take the standby with `keyroom swap <room> -e <env>`, or where there is none import a working one with `keyroom import-key <room> -e <env>`. Sends go on with the current key.',
  },
  'address-refused': {
    retryable: false,
    message: 'the provider refuses the credential from the room’s addresses',
    fix: 'Allow the addresses in the stack’s output EgressAddresses at the provider. The next sweep tries again.',
  },
  'provider-unreachable': {
    retryable: true,
    message: 'the provider gave no usable answer',
    fix: 'Look at the provider’s status page and the egress network’s alarms. The next sweep tries again.',
  },
  'provider-key-quota-used-up': {
    retryable: true,
    message: 'the provider makes or changes no more keys for now (Infobip: 40 a day)',
    fix: 'Wait until the provider’s day is over. Sends go on with the current key.',
  },
  'provider-refused-request': {
    retryable: false,
    message: 'the provider refused a key-managing request as invalid',
    fix: 'Tell the platform engineers the request id: the provider’s interface has probably changed.',
  },
  'provider-object-missing': {
    retryable: false,
    message: 'the provider does not know the key or the address called',
    fix: 'Tell the platform engineers the request id: the provider’s interface has probably changed.',
  },
  'provider-answer-unreadable': {
    retryable: false,
    message: 'the provider’s answer to a key-managing call cannot be read',
    fix: 'Tell the platform engineers the request id: the provider’s interface has probably changed.',
  },
  'key-not-as-requested': {
    retryable: false,
    message: 'the provider made a key that is not bound as it was asked for; it was disabled',
    fix: 'Check that the stack’s output EgressAddresses is not empty and that the provider binds keys to addresses for this account.',
  },
  'credential-malformed': {
    retryable: false,
    message: 'a stored credential does not have the form this provider needs',
    fix: 'Import the credential again with `keyroom import-key <room> -e <env>`.',
  },
  'secret-access-denied': {
    retryable: false,
    message: 'Secrets Manager does not let this function use the secret',
    fix: 'Look at the secret’s policy, the freeze tag, the function’s role and the state of the secret’s KMS key.',
  },
  'secret-store-unavailable': {
    retryable: true,
    message: 'Secrets Manager gave no usable answer',
    fix: 'Repeat the command. If it persists, check the Secrets Manager endpoint of the egress network.',
  },
  'aws-unavailable': {
    retryable: true,
    message: 'AWS gave no usable answer',
    fix: 'Repeat the command.',
  },
  'ledger-access-denied': {
    retryable: false,
    message: 'DynamoDB does not let this function use the ledger',
    fix: 'Look at the function’s role, the table’s policy and the state of the table’s KMS key; then repeat the command.',
  },
  configuration: {
    retryable: false,
    message: 'the function was deployed with an environment it cannot work with',
    fix: 'Deploy the room again.',
  },
  internal: {
    retryable: true,
    message: 'something else failed',
    fix: 'Look in the log of rotate-key under this request id; if that does not help, tell the platform engineers the request id.',
  },
} as const satisfies Readonly<Record<string, RotationProblem>>;

export type RotationProblemCode = keyof typeof ROTATION_PROBLEMS;
