import type { EnvironmentConfig } from '../lib/config/environment.ts';
import { postureSummary, type PostureItem, roomPosture, type RoomPosture } from '../lib/config/posture.ts';
import { plainTable } from './plain-table.ts';
import { findRoomConfig } from './target.ts';

/**
 * What protects the keys of an environment's rooms, or of one of them.
 *
 * @throws UsageError when there is no such room
 */
export const postureOf = (environment: EnvironmentConfig, room?: string): readonly RoomPosture[] =>
  room === undefined
    ? Object.entries(environment.rooms).map(([name, config]) => roomPosture(environment, name, config))
    : [roomPosture(environment, room, findRoomConfig(environment, room))];

/** Every room's summary, then its tables. */
export const describePosture = (postures: readonly RoomPosture[]): string =>
  [...postures.map(postureSummary), ...postures.flatMap(describeRoom), LEGEND].join('\n');

const LEGEND =
  '"not found" means: not found in the provider\'s documentation, which is no proof that it is impossible.\n' +
  'With --json each protection names its source.';

const describeRoom = (posture: RoomPosture): readonly string[] => {
  const { room, provider, items, settings } = posture;
  const protections = plainTable({
    head: [`${room}: protection`, provider, 'room', 'how, or what stands in', 'remains open'],
    colWidths: [20, 11, 10, 52, 40],
  });
  for (const item of items) protections.push([item.label, item.provider, item.room, means(item), item.open ?? '']);
  const options = plainTable({
    head: [`${room}: option`, 'value', 'remains open'],
    colWidths: [44, 50, 40],
  });
  for (const { option, value, open } of settings) options.push([option, value, open ?? '']);
  return ['', ...(items.length > 0 ? [protections.toString()] : []), options.toString()];
};

/** What is known of the provider comes first, so that nobody looks for it in vain. */
const means = ({ room, how, instead }: PostureItem): string =>
  room === 'used' ? (how ?? '') : [...(how === null ? [] : [`(provider: ${how})`]), ...instead].join('\n');
