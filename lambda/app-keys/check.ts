import { type AppKeyRecord, keyIdOf } from '../shared/app-key-ledger.ts';
import { METRICS } from '../shared/contract.ts';
import { appsWithKeys, keysOf } from './app-keys-of.ts';
import type { AppKeyPorts } from './ports.ts';

/** Enough to change a key in an app that somebody else deploys. */
const NOTICE_MS = 14 * 24 * 3_600_000;

/** Counts the live keys that end soon: within 14 days, or within the last quarter of a short life. */
export const checkExpiry = async (ports: AppKeyPorts): Promise<readonly AppKeyRecord[]> => {
  const now = ports.clock.now();
  const ending: AppKeyRecord[] = [];
  for (const app of appsWithKeys(ports)) {
    const { live } = await keysOf(ports, app);
    ending.push(...live.filter((record) => endsSoon(record, now)));
  }
  for (const record of ending) {
    const { app, validUntil } = record;
    const seconds = Math.floor((validUntil - now) / 1000);
    ports.log.warn('app key ends soon', { app, appKeyId: keyIdOf(record), seconds });
  }
  ports.metrics.emit({ [METRICS.names.appKeysExpiring]: ending.length });
  return ending;
};

const endsSoon = ({ createdAt, validUntil }: AppKeyRecord, now: number): boolean =>
  validUntil - now <= Math.min(NOTICE_MS, (validUntil - createdAt) / 4);
