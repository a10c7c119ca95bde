import type { DeliveryPorts } from '../shared/delivery/ports.ts';
import type { DueIndex } from '../shared/due-index.ts';
import type { OutcomeSettler } from '../shared/settler.ts';

/** What keeping the ledger in order needs from the outside. */
export type SweepPorts = Pick<DeliveryPorts, 'clock' | 'ledger' | 'queue' | 'metrics' | 'log' | 'newAttempt'> & {
  readonly index: DueIndex;
  /** @default - nobody can be asked, as in a sandbox: unknown outcomes wait until `settlesBy` */
  readonly settler?: OutcomeSettler;
};

/** What one sweep did, by what it did. */
export type SweepResult = Readonly<Record<SweepAction, number>>;

/**
 * - `lost`: a lease ended without an outcome. - `renewed`: a lost appointment was made again. - `expired`: its time
 *   passed. - `settled`: the provider said what became of it. - `unsettled`: nobody will ever know.
 * - `waiting`: looked at, not yet. - `left`: somebody else was at work on it.
 */
export type SweepAction = 'lost' | 'renewed' | 'expired' | 'settled' | 'unsettled' | 'waiting' | 'left';
