import { request } from 'node:https';
import { createBoundedList, type BoundedList } from '../bounded-list.ts';
import { ControlError } from '../provider.ts';
import type { OutgoingReceipt } from '../receipts.ts';
import { isObject } from '../settings.ts';

/** A receipt that was given, or could not be. */
export interface SentReceipt extends OutgoingReceipt {
  /** What the receiver answered; `null` where none was reached. */
  readonly status: number | null;
}

/** Gives receipts to whoever asked for them. */
export interface ReceiptSender {
  /** What was given, oldest first. */
  readonly sent: Pick<BoundedList<SentReceipt>, 'entries' | 'clear'>;
  /**
   * Where addresses that lead nowhere on a laptop are served: `{"<beginning>": "<what stands for it>"}`.
   *
   * @throws ControlError when an address is none of this machine
   */
  route(beginnings: unknown): void;
  /** Gives one thing now, such as what a person wrote. */
  give(receipt: OutgoingReceipt): void;
  /** Gives what is due from now on, until it is stopped. */
  start(due: () => readonly OutgoingReceipt[]): { stop(): void };
}

const LOOK_EVERY_MS = 100;
/** A burst of messages must not become one of receipts: what waits longer is given later. */
const MOST_PER_SECOND = 5;
const TIMEOUT_MS = 10_000;
const MAX_SENT = 1000;
const LOOPBACK = 'https://127.0.0.1:';

/**
 * Makes a sender that reaches servers of this machine and no other, whose certificates are of the given authority.
 *
 * A receipt is given once: no provider of ours documents how it repeats one.
 */
export function createReceiptSender(ca: string): ReceiptSender {
  const sent = createBoundedList<SentReceipt>(MAX_SENT);
  let routes: readonly (readonly [from: string, to: string])[] = [];

  const give = async (receipt: OutgoingReceipt): Promise<void> => {
    const [from, to] = routes.find(([beginning]) => receipt.url.startsWith(beginning)) ?? ['', ''];
    const url = to + receipt.url.slice(from.length);
    const status = url.startsWith(LOOPBACK) ? await post(url, receipt, ca) : null;
    sent.push({ ...receipt, status });
  };

  return {
    sent,
    route: (beginnings) => {
      const entries = isObject(beginnings) ? Object.entries(beginnings) : undefined;
      if (!entries?.every((entry): entry is [string, string] => String(entry[1]).startsWith(LOOPBACK))) {
        throw new ControlError(`route: must name addresses that begin with ${LOOPBACK}`);
      }
      routes = entries;
    },
    give: (receipt) => {
      void give(receipt);
    },
    start: (due) => {
      const queue: OutgoingReceipt[] = [];
      let next = 0;
      const timer = setInterval(() => {
        queue.push(...due());
        const now = performance.now();
        if (now < next) return;
        const receipt = queue.shift();
        if (receipt === undefined) return;
        next = now + 1000 / MOST_PER_SECOND;
        void give(receipt);
      }, LOOK_EVERY_MS);
      timer.unref();
      return {
        stop: () => {
          clearInterval(timer);
        },
      };
    },
  };
}

const post = (url: string, { contentType, body, headers }: OutgoingReceipt, ca: string): Promise<number | null> =>
  new Promise((resolve) => {
    const sending = request(
      url,
      { method: 'POST', ca, timeout: TIMEOUT_MS, headers: { 'content-type': contentType, ...headers } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? null);
      },
    );
    sending.on('timeout', () => sending.destroy());
    sending.on('error', () => {
      resolve(null);
    });
    sending.end(body);
  });
