import type { EnvironmentConfig } from '../lib/config/environment.ts';
import { postureSummary, type PostureItem, roomPosture, type RoomPosture } from '../lib/config/posture.ts';
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

/** Room by room: each protection and each option, what stands in, and what remains open. */
export const describePosture = (postures: readonly RoomPosture[]): string =>
  [...postures.flatMap(describeRoom), LEGEND].join('\n');

const LEGEND =
  '"not found" means: not found in the provider\'s documentation, which is no proof that it is impossible.\n' +
  'With --json each protection names its source.';

const describeRoom = (posture: RoomPosture): readonly string[] => [
  postureSummary(posture),
  '',
  ...posture.items.flatMap(describeItem),
  '',
  ...posture.settings.flatMap(({ option, value, open }) => [`  ${option}: ${value}`, ...described('open', open)]),
  '',
];

/** What is known of the provider is said also where the room does not use it, so that nobody looks for it in vain. */
const describeItem = ({ label, provider, room, how, instead, open }: PostureItem): readonly string[] => [
  `  ${label}: ${room === 'replaced in part' ? `${provider === 'yes' ? 'not used' : provider}; ${room}` : room}`,
  ...described('provider', how),
  ...instead.flatMap((means) => described('instead', means)),
  ...described('open', open),
];

const described = (what: string, text: string | null): readonly string[] =>
  text === null ? [] : [`    ${what.padEnd(8)}  ${text}`];
