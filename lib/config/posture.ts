import type { Protection, ProtectionId, ProviderCapabilities } from '../../lambda/providers/capabilities.ts';
import { PROVIDERS } from '../../lambda/providers/contract.ts';
import type { EnvironmentConfig, RoomConfig } from './environment.ts';
import { replacements } from './posture-replacements.ts';
import { type RoomSetting, roomSettings } from './room-settings.ts';

/** What each protection is called to people. */
export const PROTECTIONS: Readonly<Record<ProtectionId, string>> = {
  addressBinding: 'key bound to addresses',
  scopedKey: 'key limited to sending',
  keyExpiry: 'key that ends by itself',
  overlap: 'two keys at once',
  revoke: 'one key revoked by itself',
  provableDeath: 'death of an old key shown',
  spendCap: 'cap on what is spent',
  sentCount: 'count of what was really sent',
  signedReceipts: 'signed delivery receipts',
};

/** Protections that a room makes use of wherever its provider has them. */
const USED: readonly ProtectionId[] = [
  'addressBinding',
  'scopedKey',
  'keyExpiry',
  'overlap',
  'revoke',
  'provableDeath',
  'sentCount',
];

/** Whether a room makes use of what its provider has. */
const isUsed = (id: ProtectionId, room: RoomConfig): boolean =>
  (USED.includes(id) || (id === 'signedReceipts' && room.receipts === 'signed')) &&
  !(id === 'sentCount' && room.account === 'shared');

/** One protection in one room: who gives it, and what is missing. */
export interface PostureItem {
  readonly protection: ProtectionId;
  readonly label: string;
  /** What the provider's own documentation says. `not found` is no proof that it is impossible. */
  readonly provider: Protection['found'];
  /** How the provider does it, or what is known beside that nothing was found. */
  readonly how: string | null;
  /** Where that is documented. */
  readonly source: string | null;
  /** `used`: the room uses the provider's. `replaced in part`: options and guards stand in. `not needed`: nothing depends on it. */
  readonly room: 'used' | 'replaced in part' | 'not needed';
  /** What stands in: options of the configuration and guards by their names. */
  readonly instead: readonly string[];
  /** What nothing stands in for. */
  readonly open: string | null;
}

/** What protects one room's key, and what does not. */
export interface RoomPosture {
  readonly room: string;
  readonly provider: string;
  /** Empty where the provider has no key. */
  readonly items: readonly PostureItem[];
  readonly settings: readonly RoomSetting[];
}

const itemOf = (
  id: ProtectionId,
  protection: Protection,
  capabilities: ProviderCapabilities,
  room: RoomConfig,
): PostureItem => {
  const fact = {
    protection: id,
    label: PROTECTIONS[id],
    provider: protection.found,
    how: protection.how ?? null,
    source: protection.source ?? null,
  };
  if (protection.found === 'yes' && isUsed(id, room)) return { ...fact, room: 'used', instead: [], open: null };
  const { instead, open } = replacements[id](room, capabilities);
  return { ...fact, room: open === null ? 'not needed' : 'replaced in part', instead, open };
};

/**
 * What a room's provider can protect, what stands in for the rest, and what remains open.
 *
 * Derived from the provider's documentation and the configuration alone: nothing is asked.
 */
export const roomPosture = (config: EnvironmentConfig, name: string, room: RoomConfig): RoomPosture => {
  const capabilities = PROVIDERS[room.provider];
  const protects = Object.entries(capabilities?.protects ?? {}) as [ProtectionId, Protection][];
  return {
    room: name,
    provider: room.provider,
    items: capabilities ? protects.map(([id, protection]) => itemOf(id, protection, capabilities, room)) : [],
    settings: roomSettings(config, name, room),
  };
};

/** `otp (infobip): 6 of 9 protections are the provider's own; 2 replaced in part, 1 not needed; 3 things remain open`. */
export const postureSummary = ({ room, provider, items, settings }: RoomPosture): string => {
  const count = (state: PostureItem['room']): number => items.filter((item) => item.room === state).length;
  const open = [...items, ...settings].filter((entry) => entry.open !== null).length;
  const key =
    items.length === 0
      ? 'there is no key to protect'
      : `${count('used')} of ${items.length} protections are the provider's own; ` +
        `${count('replaced in part')} replaced in part, ${count('not needed')} not needed`;
  return `${room} (${provider}): ${key}; ${open} ${open === 1 ? 'thing remains' : 'things remain'} open`;
};

/** The posture in a few lines: what synthesis says about a room. */
export const postureBlock = (posture: RoomPosture, environment: string): string => {
  const used = posture.items.filter(({ room }) => room === 'used').map(({ label }) => label);
  return [
    `posture of ${postureSummary(posture)}`,
    ...(used.length > 0 ? [`  used: ${used.join(', ')}`] : []),
    ...posture.items.flatMap(({ label, provider, open }) =>
      open === null ? [] : [`  ${label} (${provider === 'yes' ? 'not used' : provider}), open: ${open}`],
    ),
    ...posture.settings.flatMap(({ option, value, open }) =>
      open === null ? [] : [`  ${option} (${value}), open: ${open}`],
    ),
    `  what stands in: npm run keyroom -- posture ${posture.room} -e ${environment}`,
  ].join('\n');
};
