/**
 * What a provider can do, as far as the room has to know it at synth time.
 *
 * Imported by the configuration and by constructs, so it imports nothing.
 */
export interface ProviderCapabilities {
  readonly name: string;
  /** Hosts the room calls: the DNS firewall lets out exactly these. */
  readonly hosts: readonly string[];
  readonly channels: readonly ('sms' | 'whatsapp' | 'viber')[];
  /** How the sending key is replaced; `none` for a provider without credentials. */
  readonly strategy: 'dual-key' | 'token-mint' | 'none';
  /** The fields of the managing credential, in the order a person is asked for them; the last that is shown names it. */
  readonly managingFields: readonly ManagingField[];
  /** How a replaced managing credential is ended. @default - there is none */
  readonly handover?: Handover;
  /** What the provider itself can do to protect a key. */
  readonly protects: {
    readonly addressBinding: boolean;
    readonly scopedKey: boolean;
    readonly keyExpiry: boolean;
    readonly revoke: boolean;
    /** Whether an old key's death can be shown by a refused call. */
    readonly provableDeath: boolean;
  };
  /** Sender IDs of the provider's own making. @default - names, numbers and short codes only */
  readonly ownSenders?: OwnIds;
  /** What templates are called, where the provider gives them ids of one language each. @default - any name, any languages */
  readonly templateIds?: OwnIds;
}

/** What a person does at the provider about a replaced managing credential, because no API does it. */
export interface Handover {
  /** What is to be deleted, with its article: `the application`. */
  readonly what: string;
  /** Where a person finds it. */
  readonly where: string;
  /** The provider's page about it. @default - none was found */
  readonly url?: string;
  /** What else to know, as a sentence. @default - nothing */
  readonly note?: string;
}

/** Ids that a provider gives to things of the customer. */
export interface OwnIds {
  readonly pattern: RegExp;
  /** In words, for an error: `a … (AB and 32 hexadecimal digits)`. */
  readonly label: string;
}

/** One field of the managing credential, as a person is asked for it. */
export interface ManagingField {
  readonly name: string;
  readonly label: string;
  /** Whether the value must not be shown while it is typed. */
  readonly hidden: boolean;
}
