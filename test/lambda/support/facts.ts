import { begun } from '../../../lambda/shared/reconcile-state.ts';
import type { Counts } from '../../../lambda/shared/situation/contract.ts';
import type { Facts } from '../../../lambda/shared/situation/facts.ts';
import { ROOM } from './room.ts';

export const NOW = Date.parse('2026-11-24T12:00:00.000Z');
export const MINUTE = 60_000;

export const COUNTS: Counts = {
  room: { perMinute: 4, usualPerMinute: 5 },
  apps: { shop: { perMinute: 3, usualPerMinute: 3 }, desk: { perMinute: 1, usualPerMinute: 2 } },
  refusedPerMinute: 0,
  notSentPerMinute: 0,
  unknownOutcomes: 0,
  unknownForGood: 0,
};

/** A room that sends as usual, and of which everything is known. */
export const WELL: Facts = {
  now: NOW,
  policy: ROOM,
  room: { known: undefined },
  apps: { known: { shop: { pk: 'app#shop', frozen: false }, desk: { pk: 'app#desk', frozen: false } } },
  counts: { known: COUNTS },
  alarms: { known: [] },
  reconcile: { known: { ...begun(NOW - 60 * MINUTE), checkedUntil: NOW - 6 * MINUTE } },
  lagMs: 5 * MINUTE,
  credentials: {
    known: {
      sending: { current: { versionId: 'version-1', createdAt: NOW - 48 * 60 * MINUTE }, draining: 0 },
      hasStandby: true,
    },
  },
  waiting: { known: { queued: 0, oldestSeconds: null, deadMessages: 0, deadEvents: 0 } },
  pager: { known: { confirmed: 1, pending: 0, chats: 0 } },
  drill: { known: { at: NOW - 24 * 60 * MINUTE, ok: true, seconds: 21 } },
  egressAddresses: ['192.0.2.1', '192.0.2.2'],
};
