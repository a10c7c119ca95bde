import * as names from '../config/names.ts';
import { SituationReader, type SituationReaderProps } from '../constructs/situation-reader.ts';
import type { RoomStackProps } from './shared.ts';

/** Where the room's situation is read, as its configuration says. */
export const readSituation = (
  { config, roomName, room, egress }: RoomStackProps,
  sources: Omit<SituationReaderProps, 'egressAddresses' | 'isCompared' | 'roomsAlike'>,
): SituationReader =>
  new SituationReader({
    ...sources,
    isCompared: sources.providerKey !== undefined && room.account !== 'shared',
    egressAddresses: egress.addresses,
    roomsAlike: names.roomsAlike(config, roomName),
  });
