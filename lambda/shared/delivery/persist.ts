import type { Clock } from '../clock.ts';
import type { Change, Changed, Seen } from '../message-ledger.ts';
import type { DeliveryPorts } from './ports.ts';

/** One attempt of the ledger's at a write, and its answer. */
export const RECORD_MS = 1300;
/** Between two attempts of the same write. */
const PAUSE_MS = 50;

/**
 * Changes a record, repeating the write while there is time: it is conditioned on what was seen, so that it happens once.
 *
 * @param deadline moment on the monotonic clock
 */
export const persist = async (
  { ledger, clock }: Pick<DeliveryPorts, 'ledger' | 'clock'>,
  seen: Seen,
  to: Change,
  deadline: number,
): Promise<Changed> => whileTime(clock, deadline, () => ledger.change(seen, to));

/** Forgets an intent that never got to the wire, which would otherwise read as an outcome that nobody knows. */
export const forgetIntent = async (
  { ledger, clock }: Pick<DeliveryPorts, 'ledger' | 'clock'>,
  intent: Pick<Seen, 'id' | 'attempt'>,
  deadline: number,
): Promise<Changed> => whileTime(clock, deadline, () => ledger.release(intent));

const whileTime = async (clock: Clock, deadline: number, write: () => Promise<Changed>): Promise<Changed> => {
  for (;;) {
    const changed = await write();
    if (changed !== 'failed' || deadline - clock.monotonic() < RECORD_MS) return changed;
    await clock.wait(PAUSE_MS);
  }
};
