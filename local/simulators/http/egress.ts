import { isIP, type Socket } from 'node:net';
import { ControlError } from '../provider.ts';

/** Decides which address the provider believes a connection comes from. */
export interface Egress {
  /** The same for every request on one connection, as with a NAT gateway. */
  sourceOf(socket: Socket): string;
  addresses(): readonly string[];
  /** @throws {ControlError} when the list is empty or holds something else than IP addresses. */
  set(addresses: unknown): void;
}

/** Until a deployment's own addresses are told: RFC 5737, TEST-NET-3. */
const DEFAULT_EGRESS: readonly string[] = ['203.0.113.10', '203.0.113.11'];

/** A stranger's address: RFC 5737, TEST-NET-2. */
export const ROGUE_ADDRESS = '198.51.100.66';

/**
 * Connections from 127.0.0.1 count as coming from the deployed egress addresses, one connection after the other from
 * the next; from any other address of the loopback network as from that very address: a stranger.
 */
export function createEgress(initial: readonly string[] = DEFAULT_EGRESS): Egress {
  let addresses = initial;
  let next = 0;
  let assigned = new WeakMap<Socket, string>();
  return {
    sourceOf: (socket) => {
      const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
      if (peer !== '127.0.0.1') return peer;
      const known = assigned.get(socket);
      if (known !== undefined) return known;
      const address = addresses[next % addresses.length] ?? peer;
      next += 1;
      assigned.set(socket, address);
      return address;
    },
    addresses: () => addresses,
    set: (given) => {
      if (!Array.isArray(given) || given.length === 0 || !given.every((entry) => isIP(String(entry)) !== 0)) {
        throw new ControlError('egress: addresses must be a list of at least one IP address');
      }
      addresses = given.map(String);
      assigned = new WeakMap();
    },
  };
}
