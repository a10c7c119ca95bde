import { appKeyIn } from '../shared/app-key.ts';
import { type AppKeyRecord, keyIdOf } from '../shared/app-key-ledger.ts';
import { APP_KEY_PREFIXES, type AppKeyKind } from '../shared/contract.ts';
import { keyPolicyOf, keysOf } from './app-keys-of.ts';
import type { AppKeyCommand } from './contract.ts';
import { AppKeyError } from './errors.ts';
import type { AppKeyPorts } from './ports.ts';

/**
 * Ends keys at once: the one that is named, the one that is given, or all of the app.
 *
 * Safe to repeat: a key that was revoked stays so since then.
 *
 * @throws AppKeyError where there is no such key
 */
export const revokeKeys = async (ports: AppKeyPorts, command: AppKeyCommand): Promise<readonly AppKeyRecord[]> => {
  const records = command.leaked === undefined ? await named(ports, command) : [await leaked(ports, command.leaked)];
  const at = ports.clock.now();
  for (const record of records) {
    await ports.ledger.revoke(record.hash, record.app, at);
    ports.log.info('app key revoked', { app: record.app, appKeyId: keyIdOf(record) });
  }
  return records.map((record) => ({ ...record, revokedAt: record.revokedAt ?? at }));
};

const named = async (ports: AppKeyPorts, { app = '', keyId, all }: AppKeyCommand): Promise<readonly AppKeyRecord[]> => {
  // An app that is in the configuration no more may have left keys behind, so its name is not looked up there.
  const { records, live } = await keysOf(ports, app);
  if (records.length === 0) keyPolicyOf(ports, app);
  const found = all === true ? live : records.filter((record) => keyIdOf(record) === keyId);
  if (found.length > 0) return found;
  const ids = live.map(keyIdOf).join(', ') || 'none';
  throw new AppKeyError('unknown-key', `the app has no such key; the live ones are: ${ids}`);
};

/** The message says nothing of what was given: it may be a key of something else. */
const leaked = async ({ hashes, ledger }: AppKeyPorts, text: string): Promise<AppKeyRecord> => {
  const kinds = Object.keys(APP_KEY_PREFIXES) as AppKeyKind[];
  const key = kinds.map((kind) => appKeyIn(`Bearer ${text.trim()}`, kind)).find((found) => found !== undefined);
  if (key === undefined) throw new AppKeyError('unknown-key', 'what was given is not an app key, or not all of one');
  const hash = (await hashes())?.appKey(key);
  if (hash === undefined) throw new AppKeyError('pepper-unavailable', 'what keys the hashes cannot be read now');
  const record = await ledger.find(hash);
  if (record === undefined) throw new AppKeyError('unknown-key', 'this room has no such key, or no longer knows it');
  return record;
};
