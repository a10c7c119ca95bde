import { setTimeout as sleep } from 'node:timers/promises';

/** How long a command goes on looking. */
export interface Patience {
  /** 0: one look. */
  readonly timeoutSeconds: number;
  /** @default - real time */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds since the epoch. @default - real time */
  readonly now?: () => number;
}

/** What is waited for, and how a person sees that it goes on. */
interface Looking<T> extends Patience {
  readonly look: () => Promise<T>;
  readonly isThere: (found: T) => boolean;
  /** Between two looks. */
  readonly pauseMs: number;
  /** Done between two looks. @default - nothing */
  readonly meanwhile?: () => Promise<unknown>;
  /** What there is instead, for {@link note}, which is told of it when it changes. */
  readonly inWords: (found: T) => string;
  readonly note: (text: string) => void;
}

/**
 * Looks once, and again while what is waited for has not come and the time lasts.
 *
 * @returns what the last look found
 */
export const lookUntil = async <T>(looking: Looking<T>): Promise<T> => {
  const { look, isThere, timeoutSeconds, pauseMs, pause = sleep, now = Date.now } = looking;
  const deadline = now() + timeoutSeconds * 1000;
  let told = '';
  for (;;) {
    const found = await look();
    if (isThere(found) || now() + pauseMs > deadline) return found;
    const words = looking.inWords(found);
    if (words !== told) looking.note(words);
    told = words;
    await looking.meanwhile?.();
    await pause(pauseMs);
  }
};
