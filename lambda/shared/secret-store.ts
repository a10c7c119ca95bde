import type { SecretValue } from './secret-value.ts';

/** Labels a reader may ask for. Always named: the secret's policy refuses a read that names none. */
export type ReadStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** What asking for a secret's value came to. */
export type SecretRead =
  | {
      readonly kind: 'value';
      readonly value: SecretValue;
      readonly versionId: string;
      /** When the version was made, in milliseconds since the epoch. */
      readonly createdAt: number;
    }
  /** No version carries the label, or the one that does holds nothing, or only the mark of nothing. */
  | { readonly kind: 'absent' }
  /** The policy forbids it: the frozen tag, or a wrong deployment. */
  | { readonly kind: 'denied' }
  | { readonly kind: 'unavailable' };

/** One secret, as a reader sees it. Never throws for what AWS answers. */
export interface SecretStore {
  read(stage: ReadStage): Promise<SecretRead>;
}
