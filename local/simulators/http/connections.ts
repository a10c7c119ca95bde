import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** The TCP connections beneath a TLS server. */
export interface Connections {
  /** Ends a connection with RST, as a crashed peer or a broken middlebox does. */
  reset(secure: Socket): void;
}

/** Keeps the raw socket of every connection: a TLS socket itself can only be closed politely. */
export function trackConnections(server: Server): Connections {
  const raw = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    raw.set(key, socket);
    socket.once('close', () => raw.delete(key));
    // A peer that vanished is nothing to report.
    socket.on('error', () => undefined);
  });
  return {
    reset: (secure) => {
      raw.get(keyOf(secure))?.resetAndDestroy();
      secure.destroy();
    },
  };
}

const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${String(remoteAddress)} ${String(remotePort)}`;
