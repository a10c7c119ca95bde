import type { Fact, Situation } from '../lambda/shared/situation/contract.ts';
import { moneyText } from '../lib/config/money.ts';
import { plainTable } from './plain-table.ts';
import { shortId } from './moments.ts';
import { EXIT } from './report.ts';

/** Where a room stands, or why nobody could find out. */
export type RoomStatus = { readonly room: string } & Fact<Situation>;

/** What is known, in words; a question mark for what is not. */
const orUnknown = <T>(fact: Fact<T>, say: (value: T) => string): string => ('known' in fact ? say(fact.known) : '?');

/** 80 columns with the lines between. */
const WIDTHS = [14, 11, 13, 14, 14, 7];

/** A line for each room: what is to be seen at a glance. */
export const statusTable = (rooms: readonly RoomStatus[]): string => {
  const table = plainTable({
    head: ['room', 'state', 'sent (usual)', 'spent today', 'key', 'pager'],
    colWidths: WIDTHS,
  });
  for (const status of rooms) {
    table.push(
      'known' in status ? [status.room, ...columns(status.known)] : [status.room, 'no answer', '?', '?', '?', '?'],
    );
  }
  return table.toString();
};

const columns = ({ isWell, judgement, standing, counts, spend, key, pager }: Situation): readonly string[] => [
  stateOf({ isWell, judgement, standing }),
  orUnknown(counts, ({ room: { perMinute, usualPerMinute } }) => `${perMinute} (${rate(usualPerMinute)})`),
  orUnknown(spend, ({ today }) =>
    today === null ? 'no cap' : `${moneyText(today.used, null)} of ${moneyText(today.cap, today.currency)}`,
  ),
  orUnknown(key, (figures) =>
    figures?.versionId == null ? 'none' : `${shortId(figures.versionId)} ${age(figures.ageHours ?? 0)}`,
  ),
  orUnknown(pager, ({ confirmed, chats }) => {
    if (confirmed > 0) return 'yes';
    return chats > 0 ? 'chat' : 'NO';
  }),
];

const stateOf = ({ isWell, judgement, standing }: Pick<Situation, 'isWell' | 'judgement' | 'standing'>): string => {
  if ('known' in standing && standing.known.frozen) return 'FROZEN';
  if (judgement !== null) return judgement.verdict.toUpperCase();
  if (!isWell) return 'WRONG';
  return 'known' in standing ? 'open' : '?';
};

const rate = (perMinute: number | null): string => {
  if (perMinute === null) return '?';
  return String(perMinute < 10 ? Number(perMinute.toFixed(1)) : Math.round(perMinute));
};

/** Messages of an average minute, for a comparison. */
export const usually = (perMinute: number | null): string => `usual ${rate(perMinute)}`;

/** `31 h` or `12 d`. */
export const age = (hours: number): string => (hours < 48 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} d`);

/** 0 where all is well, 1 where something is wrong or a room does not answer, 3 where something is not known. */
export const exitCodeOf = (rooms: readonly RoomStatus[]): number => {
  if (rooms.some((status) => !('known' in status && status.known.isWell))) return EXIT.failed;
  return rooms.every((status) => 'known' in status && status.known.notKnown.length === 0) ? EXIT.held : EXIT.notProved;
};
