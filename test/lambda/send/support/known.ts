import type { SecretRead } from '../../../../lambda/shared/secret-store.ts';

/** What the app and others know beside the room. */
export interface Known {
  /** Whether the app has been told that its message is recorded. */
  isPromised: boolean;
  /** Whether the app has been told that it may send the same again. */
  isReleased: boolean;
  /** Whether the app asks again. */
  isWaiting: boolean;
  /** The state in which the message came to its end. */
  end: string | null;
  /** Calls to the provider when the app or the room was stopped. */
  stoppedAfter: number | null;
  /** Faults after which the outcome could not be known. */
  ambiguous: number;
  /** Key that every environment still holds in memory, though it may not be the current one. */
  inMemory: SecretRead | null;
}

export const knownAtFirst = (): Known => ({
  isPromised: false,
  isReleased: false,
  isWaiting: true,
  end: null,
  stoppedAfter: null,
  ambiguous: 0,
  inMemory: null,
});
