import { KeyroomError } from '../shared/errors.ts';

/** What the ledger says of the room while it is deployed. */
export interface RoomStanding {
  readonly frozen: boolean;
  /** The last deployments that were let pass, the newest first. */
  readonly deployments: readonly string[];
}

/** Where apps are made known to the send path, and what is known of the room. */
export interface AppRegistry {
  /** Registers an app, frozen as the room is, unless it is registered already: a deploy cannot unfreeze. */
  register(app: string): Promise<void>;
  standing(): Promise<RoomStanding>;
  /** Remembers the deployments that were let pass. */
  remember(deployments: readonly string[]): Promise<void>;
}

/** The room is frozen: a deployment could undo part of that, and hides what was changed from whoever looks for it. */
export class RoomFrozenError extends KeyroomError {
  override readonly name = 'RoomFrozenError';
  readonly code = 'room-frozen';
  readonly retryable = true;
}

/** Now and before: CloudFormation comes back to either when a deployment fails. */
const REMEMBERED = 2;

/**
 * Registers every app, one after another, so that a failure names the first app that is missing.
 *
 * In a frozen room only what was deployed before passes: so CloudFormation can roll back, the deployment that was refused
 * here first of all.
 *
 * @param deployment changes with every template
 * @throws RoomFrozenError
 */
export const registerApps = async (
  registry: AppRegistry,
  apps: readonly string[],
  deployment: string,
): Promise<void> => {
  const { frozen, deployments } = await registry.standing();
  const isKnown = deployments.includes(deployment);
  if (frozen && !isKnown) throw new RoomFrozenError('the room is frozen');
  for (const app of apps) await registry.register(app);
  if (!frozen && deployments[0] !== deployment) {
    await registry.remember([deployment, ...deployments.filter((each) => each !== deployment)].slice(0, REMEMBERED));
  }
};
