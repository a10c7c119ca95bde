import type { RoomPolicy } from '../shared/contract.ts';
import type { MessageRecord } from '../shared/message.ts';

/** Whether the room, as it was deployed last, would still let the app send this message. */
export const isStillGranted = (
  { apps, onlyRecipients }: RoomPolicy,
  { app: name, channel, from, country }: MessageRecord,
  to: string,
): boolean => {
  const app = Object.hasOwn(apps, name) ? apps[name] : undefined;
  return (
    app !== undefined &&
    app.channels.includes(channel) &&
    (app.senders[channel] ?? []).includes(from) &&
    app.countries.includes(country) &&
    (onlyRecipients === null || onlyRecipients.includes(to))
  );
};
