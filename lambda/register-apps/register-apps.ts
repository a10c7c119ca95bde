/** Where apps are made known to the send path. */
export interface AppRegistry {
  /** Registers an app as not frozen, unless it is registered already: a deploy cannot unfreeze. */
  register(app: string): Promise<void>;
}

/** Registers every app, one after another, so that a failure names the first app that is missing. */
export const registerApps = async (registry: AppRegistry, apps: readonly string[]): Promise<void> => {
  for (const app of apps) await registry.register(app);
};
