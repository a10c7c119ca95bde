import { DEFAULTS } from './defaults.ts';
import type { EnvironmentConfig, RoomConfig } from './environment.ts';
import { hasKeys } from './names.ts';
import { quarantineOf } from './quarantine.ts';
import { roomPolicy } from './room-policy.ts';

/** One option of a room that bounds what can be done with its key, and what it leaves open. */
export interface RoomSetting {
  /** The option's name in the configuration. */
  readonly option: string;
  /** What it is set to, defaults included. */
  readonly value: string;
  readonly open: string | null;
}

const count = (number: number, what: string): string =>
  `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;

const setting = (option: string, value: string | undefined, otherwise: string, open: string): RoomSetting =>
  value === undefined ? { option, value: otherwise, open } : { option, value, open: null };

/** What an environment for real people is there for; validation demands a list everywhere else. */
const EVERYBODY = "every number of the apps' countries";

/** `undefined` for none. */
const listed = (entries: readonly unknown[] | undefined, what: string): string | undefined =>
  entries?.length ? count(entries.length, what) : undefined;

/** Between two rotations, in words. */
export const periodText = ({ rotateEvery = DEFAULTS.rotateEvery }: RoomConfig): string =>
  'days' in rotateEvery ? count(rotateEvery.days, 'day') : count(rotateEvery.hours, 'hour');

/** The options that decide who may use a room, how much, and who is told; in that order. */
export const roomSettings = (config: EnvironmentConfig, name: string, room: RoomConfig): readonly RoomSetting[] => {
  const { apps, onlyRecipients } = roomPolicy(config, name, room);
  const abroad = Object.values(apps)
    .filter(({ countries, homeCountry }) => countries.some((country) => country !== homeCountry))
    .reduce((sum, { limits }) => sum + limits.internationalMessagesPerDay, 0);
  const { messagesPerMinuteCeiling: ceiling, messagesPerMinuteJump: jump } = { ...DEFAULTS, ...room.alarms };
  return [
    setting(
      'callerNetworks',
      room.callerNetworks?.join(', '),
      'every network',
      "whoever has an app's AWS credentials may send from anywhere, within its limits",
    ),
    ...(hasKeys(room) ? appKeySettings(room) : []),
    { option: 'onlyRecipients', value: listed(onlyRecipients ?? [], 'number') ?? EVERYBODY, open: null },
    {
      option: 'apps.*.limits.internationalMessagesPerDay',
      value: abroad === 0 ? 'none: every app keeps to one country' : `at most ${count(abroad, 'message')} a day`,
      open: null,
    },
    ...(room.provider === 'sandbox' ? [] : keySettings(room)),
    setting(
      'dataStewards',
      listed(room.dataStewards, 'principal'),
      'nobody',
      'nobody can enter an opt-out, or erase what the room holds of a person',
    ),
    setting(
      'operators',
      listed(room.operators, 'principal'),
      'nobody',
      'nobody can redrive messages that were set aside with keyroom',
    ),
    {
      option: 'alarms',
      value: `above ${ceiling} messages a minute, or ${jump} more than the minute before`,
      open: null,
    },
    setting(
      'onCall.pages',
      listed(room.onCall?.pages, 'subscriber'),
      'nobody',
      'nobody is woken: pages show in the console only',
    ),
    setting(
      'responders',
      listed(room.responders, 'principal'),
      'nobody',
      'nobody can freeze the room, or an app or a country of it, with one command',
    ),
    ...(room.responders?.length
      ? [
          setting(
            'quarantine.newCountries',
            quarantineOf(room).countries ? 'frozen, once the room is a week old' : undefined,
            'recorded',
            'what goes to a country that is new to the room goes on until somebody acts',
          ),
          setting(
            'quarantine.apps',
            quarantineOf(room).apps ? 'frozen' : undefined,
            'recorded',
            'an app that pages goes on, within its limits, until somebody acts',
          ),
          setting(
            'unfreezeApprovers',
            listed(room.unfreezeApprovers, 'principal'),
            'nobody',
            'whoever is on call may unfreeze the room alone',
          ),
        ]
      : []),
    setting('onCall.tickets', listed(room.onCall?.tickets, 'subscriber'), 'nobody', 'tickets show in the console only'),
  ];
};

/** Where apps come with keys. */
const appKeySettings = ({ apps, keyIssuers }: RoomConfig): readonly RoomSetting[] => {
  const keyed = Object.values(apps).flatMap(({ identity }) => ('keys' in identity ? [identity.keys] : []));
  const anywhere = keyed.filter(({ allowedNetworks = [] }) => allowedNetworks.length === 0).length;
  return [
    setting(
      'apps.*.identity.keys.allowedNetworks',
      anywhere === 0 ? `named for ${count(keyed.length, 'app')}` : undefined,
      `every network for ${count(anywhere, 'app')}`,
      'whoever finds a key may use it from anywhere that callerNetworks admits, until it is revoked',
    ),
    setting('keyIssuers', listed(keyIssuers, 'principal'), 'nobody', 'nobody can issue or revoke an app key'),
  ];
};

/** A sandbox has no key to import or to rotate. */
const keySettings = (room: RoomConfig): readonly RoomSetting[] => [
  { option: 'rotateEvery', value: periodText(room), open: null },
  { option: 'swapEvery', value: count((room.swapEvery ?? DEFAULTS.swapEvery).days, 'day'), open: null },
  { option: 'account', value: room.account ?? 'own: nobody but the room sends from it', open: null },
  {
    option: 'receipts',
    value: room.receipts ?? 'none: the room asks the provider, 10 minutes after a message was accepted at first',
    open: null,
  },
  {
    option: 'inbound',
    value: room.inbound ?? 'none: a stop word reaches the room only as the refusal of a message by the provider',
    open: null,
  },
  setting(
    'keyImporters',
    listed(room.keyImporters, 'principal'),
    'nobody',
    'nobody can import a key, or rotate it with keyroom',
  ),
];
