import { type AppKeyRecord, keyIdOf } from '../shared/app-key-ledger.ts';
import { type AppKeyPolicy, KEY_SCOPES, type KeyScope } from '../shared/contract.ts';
import { isNetwork } from '../shared/network.ts';
import type { SecretValue } from '../shared/secret-value.ts';
import { type AppKeys, keyPolicyOf, keysOf } from './app-keys-of.ts';
import { type AppKeyCommand, MAX_LIVE_KEYS } from './contract.ts';
import { AppKeyError } from './errors.ts';
import type { AppKeyPorts } from './ports.ts';

const DAY_MS = 24 * 3_600_000;
/** A list of networks is evaluated at every request. */
const MAX_NETWORKS = 20;

/** A key, and what is kept of it. */
export interface Issued {
  readonly key: SecretValue;
  readonly record: AppKeyRecord;
}

type Wanted = Pick<AppKeyCommand, 'scopes' | 'networks' | 'days'>;

/** Makes a key for an app. @throws AppKeyError where two live already, or more is wanted than the app may have */
export const issueKey = async (ports: AppKeyPorts, app: string, wanted: Wanted): Promise<Issued> => {
  const policy = keyPolicyOf(ports, app);
  return addKey(ports, app, policy, wanted, await keysOf(ports, app));
};

/**
 * Makes the successor of an app's only key, with the same scopes and networks where nothing else is wanted.
 *
 * @returns the key that is replaced, too: it goes on working until its own end, or until somebody revokes it
 * @throws AppKeyError where there is none, or there are two
 */
export const rotateKey = async (
  ports: AppKeyPorts,
  app: string,
  wanted: Wanted,
): Promise<Issued & { readonly replaced: AppKeyRecord }> => {
  const policy = keyPolicyOf(ports, app);
  const keys = await keysOf(ports, app);
  const [replaced] = keys.live;
  if (replaced === undefined) throw new AppKeyError('no-key-live', 'the app has no live key that could be replaced');
  const inherited = {
    scopes: replaced.scopes.filter((scope) => policy.scopes.includes(scope)),
    networks: replaced.networks,
  };
  return { ...(await addKey(ports, app, policy, { ...inherited, ...wanted }, keys)), replaced };
};

const addKey = async (
  { ledger, clock, hashes, newKey, log }: AppKeyPorts,
  app: string,
  policy: AppKeyPolicy,
  wanted: Wanted,
  keys: AppKeys,
): Promise<Issued> => {
  const now = clock.now();
  const granted = grantedOf(policy, wanted);
  if (keys.counting.length >= MAX_LIVE_KEYS) {
    throw new AppKeyError('two-keys-live', `the app has ${MAX_LIVE_KEYS} live keys already, ${idsOf(keys)}`);
  }
  const key = newKey(policy.kind);
  const hash = (await hashes())?.appKey(key);
  if (hash === undefined) throw new AppKeyError('pepper-unavailable', 'what keys the hashes cannot be read now');
  const { scopes, networks, days } = granted;
  const record = { hash, app, scopes, networks, createdAt: now, validUntil: now + days * DAY_MS };
  // Listed first: of two commands at once one finds the list changed, and no key lives that is not in it.
  const listed = await ledger.replaceList(app, [...keys.counting, { hash, listedAt: now }], keys.list);
  if (!listed) throw new AppKeyError('keys-changed', 'the keys of the app changed meanwhile; none was issued');
  try {
    if (!(await ledger.add(record))) throw new AppKeyError('keys-changed', 'the key was revoked before it was there');
  } catch (error: unknown) {
    // It may be there all the same, and nobody will ever have it.
    await ledger.revoke(hash, app, now).catch(() => undefined);
    throw error;
  }
  log.info('app key issued', { app, appKeyId: keyIdOf(record), seconds: days * 86_400 });
  return { key, record };
};

const idsOf = ({ live }: AppKeys): string => live.map(keyIdOf).join(' and ') || 'on their way';

const grantedOf = (
  policy: AppKeyPolicy,
  { scopes = policy.scopes, networks = [], days = policy.expireAfterDays }: Wanted,
): { readonly scopes: readonly KeyScope[]; readonly networks: readonly string[]; readonly days: number } => {
  const foreign = scopes.filter((scope) => !policy.scopes.some((allowed) => allowed === scope));
  if (foreign.length > 0 || scopes.length === 0) {
    throw new AppKeyError('invalid-command', `the scopes must be of ${policy.scopes.join(', ')}, at least one`);
  }
  if (networks.length > MAX_NETWORKS || !networks.every(isNetwork)) {
    throw new AppKeyError(
      'invalid-command',
      `the networks must be at most ${MAX_NETWORKS} IPv4 networks such as 203.0.113.0/24`,
    );
  }
  if (!Number.isSafeInteger(days) || days < 1 || days > policy.expireAfterDays) {
    throw new AppKeyError('invalid-command', `the days must be a whole number from 1 to ${policy.expireAfterDays}`);
  }
  return { scopes: KEY_SCOPES.filter((scope) => scopes.includes(scope)), networks, days };
};
