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
  /** The credentials that its records are read with; the managing one only where no lesser key may. */
  readonly recordsReadBy: readonly ('sending' | 'managing')[];
  /** How what was really sent is counted. @default - nothing is: there is nobody to ask */
  readonly counting?: Counting;
  /** Channels whose prices it tells by API. @default - of none: the room's ceilings are compared with nothing */
  readonly pricedChannels?: readonly ('sms' | 'whatsapp' | 'viber')[];
  /** The fields of the managing credential, in the order a person is asked for them; the last that is shown names it. */
  readonly managingFields: readonly ManagingField[];
  /**
   * What a person is asked for so that the room can check who signed a receipt: a key that is good for nothing else.
   *
   * @default - there is none, or how it signs is not documented
   */
  readonly receiptKeyFields?: readonly ManagingField[];
  /** Whether it passes on what people write in a form that is documented. @default false */
  readonly tellsInbound?: boolean;
  /** How a replaced managing credential is ended. @default - there is none */
  readonly handover?: Handover;
  /** What the provider itself can do to protect a key. @default - it has no key */
  readonly protects?: Readonly<Record<ProtectionId, Protection>>;
  /** How long it keeps messages, as far as its documentation says so, as a sentence. @default - it keeps nothing */
  readonly keeps?: string;
  /** Sender IDs of the provider's own making. @default - names, numbers and short codes only */
  readonly ownSenders?: OwnIds;
  /** What templates are called, where the provider gives them ids of one language each. @default - any name, any languages */
  readonly templateIds?: OwnIds;
}

/**
 * Where a count of what was really sent comes from. `lagMs` is an assumption: no provider promises one.
 *
 * - `list`: message by message, for some channels.
 * - `balance`: what is missing beyond the cost of our own messages was sent by somebody else. `unitMicros`: the smallest
 *   step in which the balance is shown; `costUnitMicros`: that of a message's cost.
 */
export type Counting =
  | {
      readonly by: 'list';
      readonly lagMs: number;
      readonly keptMs: number | null;
      readonly channels: readonly ('sms' | 'whatsapp' | 'viber')[];
    }
  | { readonly by: 'balance'; readonly lagMs: number; readonly unitMicros: number; readonly costUnitMicros: number };

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

/** Ways in which a provider itself can protect a key, or show what was done with it. */
export type ProtectionId =
  | 'addressBinding'
  | 'scopedKey'
  | 'keyExpiry'
  /** Two keys at once, so that one can replace the other without a gap. */
  | 'overlap'
  /** One key made useless without touching another. */
  | 'revoke'
  /** An old key's death shown by a refused call. */
  | 'provableDeath'
  | 'spendCap'
  | 'sentCount'
  | 'signedReceipts';

/** What the provider's own documentation says about a protection. */
export type Protection =
  | {
      readonly found: 'yes' | 'in part';
      readonly how: string;
      /** The page, or the repository of the specification. */
      readonly source: string;
    }
  | {
      /** Searched for in the documentation and not seen, which is no proof that it is impossible. */
      readonly found: 'not found';
      /** What is known beside that. @default - nothing */
      readonly how?: string;
      readonly source?: string;
    };

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
