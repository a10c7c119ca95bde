import type { Clock } from '../shared/clock.ts';
import type { RoomPolicy } from '../shared/contract.ts';
import type { KeyedHash } from '../shared/keyed-hash.ts';
import type { MessageList } from '../shared/message-list.ts';
import type { CursorSeal } from './cursor.ts';

/** What listing messages needs from the outside. */
export interface ListPorts {
  readonly room: RoomPolicy;
  readonly messages: MessageList;
  readonly clock: Pick<Clock, 'now'>;
  /** @returns undefined while the pepper cannot be read */
  readonly hashes: () => Promise<(Pick<KeyedHash, 'number'> & CursorSeal) | undefined>;
}
