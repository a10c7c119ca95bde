import { CHANNELS, type Channel, type RoomPolicy } from '../../lambda/shared/contract.ts';
import * as check from './checks.ts';
import { DEFAULTS } from './defaults.ts';
import type { AppConfig, RoomConfig } from './environment.ts';

/**
 * Half of the 1000 writes a second that one item takes: who waits for a place writes twice.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
const MAX_PER_SECOND = 500;

type Pace = NonNullable<RoomPolicy['messagesPerSecondBySender']>;

/** The pace of every sender that has one, defaults filled in. */
export const senderPace = ({ apps, messagesPerSecondBySender: given = {} }: RoomConfig): Pace => {
  const whatsapp = sendersOn('whatsapp', apps).map((sender) => [sender, DEFAULTS.messagesPerSecondOnWhatsApp] as const);
  return { ...given, whatsapp: { ...Object.fromEntries(whatsapp), ...given.whatsapp } };
};

/** What is wrong with the pace of a room's senders. */
export const paceProblems = (
  where: string,
  { apps, messagesPerSecondBySender: given = {} }: RoomConfig,
): check.Problems =>
  Object.entries(given).flatMap(([channel, senders]) =>
    isChannel(channel)
      ? Object.entries(senders).flatMap(([sender, perSecond]) => [
          ...check.wholeNumber(`${where}.${channel}.${sender}`, perSecond, 1, MAX_PER_SECOND),
          ...unusedProblems(`${where}.${channel}`, sender, sendersOn(channel, apps)),
        ])
      : [`${where}: must be by channel (${CHANNELS.join(', ')}), ${check.got(channel)}`],
  );

const unusedProblems = (where: string, sender: string, senders: readonly string[]): check.Problems =>
  senders.includes(sender)
    ? []
    : [`${where}: must be by the apps' senders (${senders.join(', ') || 'none'}), ${check.got(sender)}`];

const sendersOn = (channel: Channel, apps: Readonly<Record<string, AppConfig>>): readonly string[] => [
  ...new Set(Object.values(apps).flatMap(({ senders }) => senders[channel] ?? [])),
];

const isChannel = (channel: string): channel is Channel => CHANNELS.some((known) => known === channel);
