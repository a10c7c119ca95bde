import { randomUUID } from 'node:crypto';
import type { AppClient, AppResponse } from '../system/app-client.ts';

/** One app that sends during the load, and what it sends. */
export interface Sender {
  readonly send: AppClient;
  /** @param mark new for every message, to tell it from the others at the provider. */
  readonly message: (mark: string) => Readonly<Record<string, unknown>>;
}

/** What came of the messages sent so far. */
export interface LoadResult {
  readonly sent: number;
  readonly accepted: number;
  /** Every answer that was not "accepted", as `status code` with its count. */
  readonly failures: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface RunningLoad {
  /** Stops sending, waits for what is under way, and tells what came of it. */
  readonly stop: () => Promise<LoadResult>;
}

const describe = ({ status, body: { type, status: state } }: AppResponse): string =>
  `${status} ${JSON.stringify(type ?? state ?? null)}`;

/**
 * Sends at a fixed rate, the senders in turn, until stopped. Never retries: every failure shows.
 *
 * @param mostUnderWay requests that may be under way at once; while there are as many, none is added.
 */
export const startLoad = (
  senders: readonly Sender[],
  perSecond: number,
  mostUnderWay = Number.POSITIVE_INFINITY,
): RunningLoad => {
  const started = performance.now();
  const underWay = new Set<Promise<void>>();
  const failures: Record<string, number> = {};
  let sent = 0;
  let accepted = 0;
  const fail = (what: string) => {
    failures[what] = (failures[what] ?? 0) + 1;
  };
  const sendOne = async ({ send, message }: Sender, mark: string): Promise<void> => {
    try {
      const response = await send({
        method: 'POST',
        path: '/v1/messages',
        body: JSON.stringify(message(mark)),
        headers: { 'idempotency-key': randomUUID() },
      });
      if (response.status === 202 && response.body.status === 'accepted') accepted += 1;
      else fail(describe(response));
    } catch (error) {
      fail(error instanceof Error ? error.name : 'error');
    }
  };
  const timer = setInterval(() => {
    const sender = senders[sent % senders.length];
    if (sender === undefined || underWay.size >= mostUnderWay) return;
    sent += 1;
    const attempt = sendOne(sender, `#${sent}`).finally(() => underWay.delete(attempt));
    underWay.add(attempt);
  }, 1000 / perSecond);
  return {
    async stop() {
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1000;
      await Promise.all(underWay);
      return { sent, accepted, failures, seconds };
    },
  };
};
