import type { ProtectionId, ProviderCapabilities } from '../../lambda/providers/capabilities.ts';
import type { RoomConfig } from './environment.ts';
import { appLimits } from './limits.ts';
import { periodText } from './room-settings.ts';

/** What stands in for a protection that the provider does not give, or that the room does not use. */
export interface Replacement {
  /** Options of the configuration and guards, by their names. */
  readonly instead: readonly string[];
  /** What they do not cover; `null` where nothing depends on the protection. */
  readonly open: string | null;
}

type Replace = (room: RoomConfig, capabilities: ProviderCapabilities) => Replacement;

const LOCKED = "the secrets' policies: send and rotate-key alone read the key, through one endpoint";

/** `rotateEvery (30 days)`. */
const rotateEvery = (room: RoomConfig): string => `rotateEvery (${periodText(room)})`;

/** The most that all apps together can have sent in a day. */
const daily = ({ apps }: RoomConfig, limit: 'messagesPerDay' | 'segmentsPerDay'): string =>
  Object.values(apps)
    .map(({ limits }) => appLimits(limits)[limit])
    .reduce((sum, most) => sum + most, 0)
    .toLocaleString('en-US');

/** The limits in money, each with its app. */
const spending = ({ apps, prices }: RoomConfig): readonly string[] =>
  Object.entries(apps).flatMap(([app, { limits = {} }]) =>
    (['spendPerDay', 'spendPerMonth'] as const).flatMap((limit) => {
      const amount = limits[limit];
      return amount === undefined
        ? []
        : [`apps.${app}.limits.${limit}: at most ${amount} ${prices?.currency ?? ''}, by the room's own prices`];
    }),
  );

/** `no limit in money for support; `, or nothing where every app has one. */
const unlimited = ({ apps }: RoomConfig): string => {
  const names = Object.entries(apps)
    .filter(([, { limits }]) => limits?.spendPerDay === undefined && limits?.spendPerMonth === undefined)
    .map(([app]) => app);
  return names.length > 0 ? `no limit in money for ${names.join(', ')}; ` : '';
};

/** For each protection; a room that mints tokens has other means than one that deletes keys. */
export const replacements: Readonly<Record<ProtectionId, Replace>> = {
  addressBinding: (room, { strategy }) =>
    strategy === 'token-mint'
      ? { instead: [LOCKED], open: 'a stolen key sends from any address until its application is deleted' }
      : {
          instead: [LOCKED, `${rotateEvery(room)}: the key changes, and the old one is retired`],
          open: 'a stolen key sends from any address until it is rotated away',
        },
  scopedKey: () => ({
    instead: ['two secrets: send cannot read the managing credential, which makes keys'],
    open: 'a stolen key may do whatever the provider lets such a key do',
  }),
  keyExpiry: (room, { strategy }) =>
    strategy === 'token-mint'
      ? {
          instead: ['the hourly sweep: a new token at half its life, or every 12 hours where it does not say'],
          open: 'an old token lives as long as the provider lets it',
        }
      : {
          instead: [rotateEvery(room), 'the alarm KeyTooOld'],
          open: 'a key lives until the room or a person deletes it',
        },
  overlap: () => ({ instead: [], open: 'messages wait while the key changes' }),
  revoke: () => ({
    instead: [
      'swapEvery, keyroom import-key --standby and keyroom swap: deleting the replaced application ends its tokens',
    ],
    open: 'every token that was ever minted may live until its application is deleted',
  }),
  provableDeath: () => ({
    instead: [
      'the state not-provably-dead in keyroom keys, and exit code 3 of keyroom rotate --until-retired',
      'after keyroom swap: the replaced application itself is proved refused',
    ],
    open: 'nobody can show that a replaced token is dead',
  }),
  spendCap: (room) => ({
    instead: [
      `apps.*.limits.messagesPerDay: at most ${daily(room, 'messagesPerDay')} messages a day`,
      `apps.*.limits.segmentsPerDay: at most ${daily(room, 'segmentsPerDay')} segments of SMS a day`,
      ...spending(room),
      'alarms.messagesPerMinuteCeiling and alarms.messagesPerMinuteJump',
    ],
    open: `${unlimited(room)}no limit holds for a stolen key, which passes by the door`,
  }),
  sentCount: ({ account }) =>
    account === 'shared'
      ? {
          instead: ['the metric Messages, by app and channel: what the room itself sent'],
          open: "account is shared: nothing tells a thief's messages from those of others who send from it",
        }
      : {
          instead: ["the alarm Surplus: money that is gone beyond what the room's own messages cost"],
          open: 'it shows that somebody else sends, and neither to whom nor what; sums below a step of the balance do not show',
        },
  signedReceipts: ({ receipts }) => ({
    instead: [
      receipts === undefined
        ? 'the room takes no receipts, so none can be forged'
        : 'receipts: confirmed; a receipt changes nothing before the provider was asked about its message',
    ],
    open: null,
  }),
};
