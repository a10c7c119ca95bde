import { METRICS } from '../shared/contract.ts';
import { describeError } from '../shared/log.ts';
import { MOST_SOUGHT } from '../shared/records-command.ts';
import { sweepMessage } from './sweep-message.ts';
import type { SweepAction, SweepPorts, SweepResult } from './ports.ts';

/** Messages looked at together: as many as one question to the provider may be about. */
const AT_ONCE = MOST_SOUGHT;
/** Time that messages need at most: a read and two writes of the ledger's, and 15 s for a question to the provider. */
const MESSAGE_MS = 20_000;

const NOTHING: SweepResult = { lost: 0, renewed: 0, expired: 0, settled: 0, unsettled: 0, waiting: 0, left: 0 };

/**
 * Looks at every message that is due, until none is left or the time is over.
 *
 * The index still shows for a moment what was just done, so no message is looked at twice in one sweep. What fails is
 * left for the next one and does not hold up the others.
 *
 * @param deadline moment on the monotonic clock
 */
export const sweepLedger = async (ports: SweepPorts, deadline: number): Promise<SweepResult> => {
  const { clock, index, metrics, log } = ports;
  const seen = new Set<string>();
  const done: Record<SweepAction, number> = { ...NOTHING };
  for (let round = 0; ; round++) {
    const now = clock.now();
    const { ids, since } = await index.due(now);
    if (round === 0) metrics.emit({ [METRICS.names.overdueSeconds]: Math.round((now - since) / 1000) });
    const fresh = ids.filter((id) => !seen.has(id));
    if (fresh.length === 0) return done;
    for (let i = 0; i < fresh.length; i += AT_ONCE) {
      if (deadline - clock.monotonic() < MESSAGE_MS) return done;
      const some = fresh.slice(i, i + AT_ONCE);
      some.forEach((id) => seen.add(id));
      const actions = await Promise.all(
        some.map(async (id): Promise<SweepAction> => {
          try {
            return await sweepMessage(ports, id);
          } catch (error: unknown) {
            log.error('message not swept', { messageId: id, ...describeError(error) });
            return 'left';
          }
        }),
      );
      actions.forEach((action) => done[action]++);
    }
  }
};
