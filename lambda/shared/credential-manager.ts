import type { Channel } from './contract.ts';
import { KeyroomError } from './errors.ts';
import type { SecretValue } from './secret-value.ts';

/** What a new sending key is limited to, as far as the provider can limit it. */
export interface KeyBinding {
  /** The key's name at the provider: carries the rotation's token, so that a key nobody stored can be found again. */
  readonly name: string;
  /** The only addresses the key may be used from. */
  readonly allowedAddresses: readonly string[];
  readonly channels: readonly Channel[];
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
}

/** A key as the provider made it: the only moment at which its value is known. */
export interface NewKey {
  /** What the sending secret holds from now on. */
  readonly value: SecretValue;
  readonly providerKeyId: string | null;
}

/** A key the provider lists as usable. Never its value. */
export interface ListedKey {
  readonly id: string;
  readonly name: string;
  /** ISO 8601; only where the provider tells. */
  readonly createdAt?: string;
  /**
   * Addresses, networks and ranges it may be used from, as the provider writes them; empty: every address. Only with an
   * {@link AddressBinding}.
   */
  readonly allowedAddresses?: readonly string[];
}

/** Which addresses a key that exists may be used from, at a provider that lets them be changed by API. */
export interface AddressBinding {
  /** Changes of keys of any kind that the provider takes from an account in a day. */
  readonly changesPerDay: number;
  /**
   * Puts a list in the place of the key's own. Never retries, and holds the answer against what was asked.
   *
   * @param entries as in {@link ListedKey.allowedAddresses}
   * @throws ProviderCallError
   */
  bind(managing: SecretValue, providerKeyId: string, entries: readonly string[]): Promise<void>;
}

/**
 * What a call that sends nothing says about a credential.
 *
 * - `refused`: the provider does not know it any more.
 * - `address-refused`: it is good, but not from where we called.
 * - `lacks-scope`: the provider knows it and does not let it do what the room's channels need.
 * - `unreachable`: no verdict; the provider did not answer, or not with one of the answers above.
 */
export type KeyCheck = 'ok' | 'refused' | 'address-refused' | 'lacks-scope' | 'unreachable';

/** The key-managing half of a provider. Only the rotation function holds one. */
export interface CredentialManager {
  readonly provider: string;
  /**
   * - `dual-key`: keys are listed and revoked one by one, so an old one's death can be proved.
   * - `token-mint`: old tokens can neither be listed nor revoked.
   */
  readonly strategy: 'dual-key' | 'token-mint';
  /** Absent where a key's addresses cannot be changed by API. */
  readonly addressBinding?: AddressBinding;
  /** Makes a sending key. Never retries: a lost answer may have made one. @throws ProviderCallError */
  create(managing: SecretValue, binding: KeyBinding): Promise<NewKey>;
  /** Every usable key of the account, the customer's own included; always empty for `token-mint`. @throws ProviderCallError */
  listLive(managing: SecretValue): Promise<readonly ListedKey[]>;
  /** Makes a key unusable; `not-found` when the account has no such key. Safe to repeat. @throws ProviderCallError */
  revoke(managing: SecretValue, providerKeyId: string): Promise<'revoked' | 'not-found'>;
  /** Whether the provider takes a sending key, from here, now. @param channels what the key was made for */
  check(sending: SecretValue, channels: readonly Channel[]): Promise<KeyCheck>;
  /** Whether the provider takes a managing credential; `untestable` where only `create` could tell. */
  checkManaging(managing: SecretValue): Promise<Exclude<KeyCheck, 'lacks-scope'> | 'untestable'>;
  /** The provider's public id of a sending key, where it has one. @throws CredentialFormatError */
  keyIdOf(sending: SecretValue): string | null;
  /** The provider's public id of a managing credential, where that is a key which the list holds. @throws CredentialFormatError */
  managingKeyIdOf(managing: SecretValue): string | null;
  /** When a sending key was made and ends, where the key itself says so. @throws CredentialFormatError */
  lifetimeOf(sending: SecretValue): KeyLifetime | undefined;
}

/** In milliseconds since the epoch. */
export interface KeyLifetime {
  readonly from: number;
  readonly until: number;
}

/** Why a key-managing call did not do what was asked. */
export type ProviderCallCode =
  | 'managing-credential-refused'
  | 'address-refused'
  | 'provider-unreachable'
  | 'provider-key-quota-used-up'
  | 'provider-refused-request'
  | 'provider-object-missing'
  | 'provider-answer-unreadable'
  | 'key-not-as-requested';

const RETRYABLE: readonly ProviderCallCode[] = ['provider-unreachable', 'provider-key-quota-used-up'];

/** A key-managing call failed; the code says how, and nothing of the answer's text is kept. */
export class ProviderCallError extends KeyroomError {
  override readonly name = 'ProviderCallError';
  readonly code: ProviderCallCode;
  readonly retryable: boolean;

  constructor(code: ProviderCallCode, message: string) {
    super(message);
    this.code = code;
    this.retryable = RETRYABLE.includes(code);
  }
}

/** A secret does not hold a credential of the form its provider needs. Says which field, never the value. */
export class CredentialFormatError extends KeyroomError {
  override readonly name = 'CredentialFormatError';
  readonly code = 'credential-malformed';
  readonly retryable = false;
}
