import { setTimeout as sleep } from 'node:timers/promises';
import { RoomRefusal } from './errors.ts';

/** How a command waits for what the room does by itself. */
export interface Waiting {
  readonly timeoutSeconds: number;
  /** What to type to go on watching. */
  readonly goOn: string;
  /** What is said when the waiting is over. @default - that the room goes on by itself, and what to type */
  readonly otherwise?: string;
  /** Ends the waiting, and nothing in the room. @default - only the timeout does */
  readonly interrupted?: AbortSignal;
  /** @default - real time */
  readonly pause?: (milliseconds: number) => Promise<void>;
  /** Milliseconds since the epoch. @default - real time */
  readonly now?: () => number;
}

/** Looks again and again until something is found. @throws Error when the time is over or somebody interrupts */
export type Watch = <T>(what: string, look: () => Promise<T | undefined>, pauseMs?: () => number) => Promise<T>;

/**
 * Creates a {@link Watch} for one command: all its waiting together has the time given.
 *
 * @param note is told once about each trouble that passes by itself
 */
export const createWatch = (
  { timeoutSeconds, goOn, otherwise, interrupted, now = Date.now, ...rest }: Waiting,
  note: (text: string) => void,
): Watch => {
  const pause = rest.pause ?? ((milliseconds: number) => sleep(milliseconds, undefined, { signal: interrupted }));
  const deadline = now() + timeoutSeconds * 1000;
  const howToGoOn = otherwise ?? `The room goes on by itself. To go on watching: ${goOn}`;
  const interruption = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new Error(`interrupted. ${howToGoOn}`));
    if (interrupted?.aborted) stop();
    else interrupted?.addEventListener('abort', stop, { once: true });
  });
  // Nobody may be waiting when it comes.
  interruption.catch(() => undefined);
  let told = '';
  const forgive = (error: unknown): undefined => {
    if (!isPassing(error)) throw error;
    const trouble = error instanceof Error ? error.message : String(error);
    if (trouble !== told) note(`no answer yet, asking again: ${trouble}`);
    told = trouble;
    return undefined;
  };
  return async (what, look, pauseMs = () => 500) => {
    while (now() < deadline) {
      const found = await Promise.race([look().catch(forgive), interruption]);
      if (found !== undefined) return found;
      await Promise.race([interruption, pause(pauseMs())]);
    }
    throw new Error(`${what} did not happen within ${timeoutSeconds} s. ${howToGoOn}`);
  };
};

/**
 * Whether the same question may be answered in a moment: the room says so, AWS is at fault, or no answer came at all.
 *
 * An error of AWS's SDK that has a status was answered. https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/error-handling.html
 */
const isPassing = (error: unknown): boolean => {
  if (error instanceof RoomRefusal) return error.retryable;
  if (typeof error !== 'object' || error === null) return false;
  const { $metadata, code, name } = error as { $metadata?: { httpStatusCode?: number }; code?: string; name?: string };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status === 429 || status >= 500;
  return NO_ANSWER.has(code ?? '') || NO_ANSWER.has(name ?? '');
};

/** What Node and the SDK call a network that is away. https://nodejs.org/api/errors.html#common-system-errors */
const NO_ANSWER = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
]);
