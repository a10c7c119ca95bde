import type { Server } from 'node:https';

/** A provider that is away for a while: nobody listens, so that a connection is refused before a byte is written. */
export interface Absence {
  /** From a moment later on, so that whoever asks for it gets an answer. */
  leave(ms: number): void;
  /** It does not come back by itself any more. */
  end(): void;
}

/** Between the request and the absence. */
const ANSWER_MS = 50;

/** @param server what listens, as soon as somebody asks */
export function createAbsence(server: () => Server): Absence {
  let timer: NodeJS.Timeout | undefined;
  return {
    leave: (ms) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const address = server().address();
        if (address === null || typeof address === 'string') return;
        server().close();
        server().closeAllConnections();
        timer = setTimeout(() => server().listen(address.port, address.address), ms);
      }, ANSWER_MS);
    },
    end: () => {
      clearTimeout(timer);
    },
  };
}
