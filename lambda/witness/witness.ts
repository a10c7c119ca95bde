import { METRICS } from '../shared/contract.ts';
import { describeError } from '../shared/log.ts';
import type { Sighting, SightingKind } from '../shared/sighting.ts';
import { judge } from './judge.ts';
import { alarmState, resourceName } from './shapes.ts';
import type { WitnessPorts } from './ports.ts';
import type { WatchedEvent } from './trail-event.ts';

/** What each kind counts as; alarms have told themselves. */
const TOLD_AS: Readonly<Partial<Record<SightingKind, keyof typeof METRICS.names>>> = {
  secret: 'secretTouched',
  decoy: 'decoyTouched',
  change: 'roomChanged',
};

/** Judges one event: what is not the room's own doing is counted, so that somebody is told, and kept for the audit. */
export const witness = async (ports: WitnessPorts, event: WatchedEvent): Promise<void> => {
  if (event['detail-type'] === 'CloudWatch Alarm State Change') {
    const { alarmName, state } = event.detail;
    const at = new Date(state.timestamp).toISOString();
    const what = alarmState(state.value);
    const alarm = {
      kind: 'alarm',
      at,
      what,
      on: resourceName(alarmName),
      by: null,
      from: null,
      isRefused: false,
    } as const;
    await keep(ports, event.id, alarm);
    return;
  }
  const judgement = judge(event.detail, ports.watched);
  if (judgement === 'ours') return;
  if (judgement === 'probe') await ports.book.heard(ports.clock.now());
  else await keep(ports, event.detail.eventID, judgement);
};

/** Told where it cannot be kept, too: the repeat tells it again, and once too often is better than never. */
const keep = async ({ book, metrics, log }: WitnessPorts, id: string, sighting: Sighting): Promise<void> => {
  const count = (): void => {
    const name = TOLD_AS[sighting.kind];
    if (name === undefined) return;
    log.warn('somebody else was here', { action: sighting.kind });
    metrics.emit({ [METRICS.names[name]]: 1 });
  };
  let isNew: boolean;
  try {
    isNew = await book.keep(id, sighting);
  } catch (error: unknown) {
    log.error('sighting not kept', { action: sighting.kind, ...describeError(error) });
    count();
    throw error;
  }
  if (isNew) count();
};

/** Touches the decoy, and says how long it is since an earlier touch was seen to come back. */
export const probe = async ({ book, tryDecoy, metrics, clock, log }: WitnessPorts): Promise<void> => {
  const now = clock.now();
  const silentSeconds = Math.max(0, Math.round((now - (await book.lastHeard(now))) / 1000));
  metrics.emit({ [METRICS.names.witnessSilentSeconds]: silentSeconds });
  try {
    await tryDecoy();
  } catch (error: unknown) {
    // The next one tries again, and the age goes on rising.
    log.error('decoy not tried', describeError(error));
  }
};
