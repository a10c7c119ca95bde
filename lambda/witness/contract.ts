/** What the function that watches over a room and its construct agree on. */
export const ENV = {
  environment: 'KEYROOM_ENVIRONMENT',
  room: 'KEYROOM_ROOM',
  ledgerTable: 'LEDGER_TABLE',
  /** A {@link SecretUsers} as JSON. */
  secretUsers: 'SECRET_USERS',
  /** The endpoint that values pass through. */
  endpointId: 'ENDPOINT_ID',
  /** ARN of the only role that changes the room, by deployments. */
  deploymentRoleArn: 'DEPLOYMENT_ROLE_ARN',
  /** ARN of the function's own role, by which it knows its own probe. */
  ownRoleArn: 'OWN_ROLE_ARN',
} as const;

/** Who uses the values of one secret: ARNs of roles. */
export interface UsersOfSecret {
  /** Reads and writes through the room's endpoint. */
  readonly through: readonly string[];
  /** Reads from anywhere, as it runs outside the network. @default - nobody */
  readonly outside?: readonly string[];
  /** Puts values in from anywhere. */
  readonly depositors: readonly string[];
}

/** The users of each secret of a room, by its kind. */
export type SecretUsers = Readonly<Record<string, UsersOfSecret>>;

/** The schedule's event: try the decoy, so that the whole way from CloudTrail to here is known to work. */
export interface ProbeEvent {
  readonly action: 'probe';
}

/** Calls that read or write a value of a secret. `BatchGetSecretValue` is recorded as a `GetSecretValue` for each secret. */
export const VALUE_CALLS = ['GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'] as const;

/**
 * The secret that nobody has a reason to touch; its value opens nothing.
 *
 * It stands among the room's real secrets and bears the most promising name of them.
 */
export const decoyName = (environment: string, room: string): string => `keyroom/${environment}/${room}/api-key`;
