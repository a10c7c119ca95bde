import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';

import { type Clock, elapsed, mark, type Mark, systemClock } from './clock.ts';

/** One request, whole: nothing is added but its length. */
export interface HttpRequest {
  readonly method: string;
  /** `https:` only. */
  readonly url: URL | string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds from the call to the last byte of the answer, connecting included. */
  readonly timeoutMs: number;
}

/** Why nothing of a request was written. */
export type NotWrittenCause =
  | 'not-https'
  | 'invalid-request'
  | 'dns-failure'
  | 'connect-refused'
  | 'connect-timeout'
  | 'connect-failed'
  | 'tls-failure';

/** Why there is no answer to a request that may have been written. */
export type NoAnswerCause =
  'timeout' | 'connection-reset' | 'answer-cut-off' | 'answer-too-large' | 'connection-failed';

/**
 * What one HTTP exchange came to. Causes are fixed codes: a raw message could hold a part of the request.
 *
 * - `not-written`: the connection was never made, so the other side has seen nothing.
 * - `no-answer`: something may have been written, and no whole answer came back.
 */
export type HttpResult =
  | {
      readonly kind: 'response';
      readonly status: number;
      /** Names in lower case; repeated headers joined with a comma. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'not-written'; readonly cause: NotWrittenCause }
  | { readonly kind: 'no-answer'; readonly cause: NoAnswerCause };

/** One exchange, never retried, no redirect followed. Never throws for what the network does. */
export type HttpCall = (request: HttpRequest) => Promise<HttpResult>;

export interface HttpOptions {
  /** Certificate authority to trust instead of the built-in ones. @default - Node's own, and NODE_EXTRA_CA_CERTS */
  readonly ca?: string;
  /** How long an idle socket may wait for its next request. @default 4000 */
  readonly maxIdleMs?: number;
  /** Largest answer read, in bytes. @default 1048576: far above any answer of a provider or of DynamoDB to one item */
  readonly maxAnswerBytes?: number;
  /** @default - the system's */
  readonly clock?: Clock;
}

/**
 * An {@link HttpCall} over one keep-alive `node:https` agent.
 *
 * `node:https`, because the built-in `fetch` costs some 200 ms of a first call at 512 MB. A socket that was idle for
 * longer than `maxIdleMs` is closed instead of used: the peer may have closed it already, and a request written into
 * a dead socket is one whose outcome nobody knows. A new one resumes its TLS session.
 */
export const createHttp = (options: HttpOptions = {}): HttpCall => {
  const { ca, maxIdleMs = 4000, maxAnswerBytes = 1024 * 1024, clock = systemClock } = options;
  const agent = new Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) });
  const idleSince = new WeakMap<object, Mark>();
  agent.on('free', (socket: object) => idleSince.set(socket, mark(clock)));

  const closeIdle = (): void => {
    for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
      const since = idleSince.get(socket);
      const idle = since ? elapsed(clock, since) : Infinity;
      if (idle > maxIdleMs) socket.destroy();
    }
  };

  return (request) =>
    new Promise((resolve) => {
      const url = typeof request.url === 'string' ? new URL(request.url) : request.url;
      if (url.protocol !== 'https:') {
        resolve({ kind: 'not-written', cause: 'not-https' });
        return;
      }
      closeIdle();
      let written = false;
      let answered = false;
      const settle = (result: HttpResult): void => {
        clearTimeout(timer);
        resolve(result);
      };
      const fail = (error: NodeJS.ErrnoException): void =>
        settle(
          written
            ? { kind: 'no-answer', cause: answered ? 'answer-cut-off' : noAnswerCause(error) }
            : { kind: 'not-written', cause: notWrittenCause(error) },
        );
      const timer = setTimeout(() => {
        settle(written ? { kind: 'no-answer', cause: 'timeout' } : { kind: 'not-written', cause: 'connect-timeout' });
        outgoing?.destroy();
      }, request.timeoutMs);

      const outgoing = open(url, request, agent);
      if (outgoing === undefined) {
        settle({ kind: 'not-written', cause: 'invalid-request' });
        return;
      }
      outgoing.on('error', fail);
      outgoing.on('socket', (socket) => {
        // Held back until the peer is verified, so that `not-written` is a fact and not a guess about buffers.
        const write = (): void => {
          written = true;
          outgoing.end(request.body);
        };
        if (outgoing.reusedSocket) write();
        else socket.once('secureConnect', write);
      });
      outgoing.on('response', (incoming) => {
        answered = true;
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('error', fail);
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= maxAnswerBytes) {
            chunks.push(chunk);
            return;
          }
          settle({ kind: 'no-answer', cause: 'answer-too-large' });
          outgoing.destroy();
        });
        incoming.on('end', () =>
          settle({
            kind: 'response',
            status: incoming.statusCode ?? 0,
            headers: flatten(incoming.headers),
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
    });
};

/** The request, not yet written; `undefined` when a header or the method cannot be written at all. */
const open = (url: URL, request: HttpRequest, agent: Agent) => {
  const length = request.body === undefined ? {} : { 'content-length': Buffer.byteLength(request.body).toString() };
  try {
    return httpsRequest(url, { method: request.method, headers: { ...request.headers, ...length }, agent });
  } catch {
    // Node names the bad header and its value in the message: neither may travel on.
    return undefined;
  }
};

const notWrittenCause = ({ code = '' }: NodeJS.ErrnoException): NotWrittenCause => {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns-failure';
  if (code === 'ECONNREFUSED') return 'connect-refused';
  if (code === 'ETIMEDOUT') return 'connect-timeout';
  return /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_|DEPTH_ZERO|SELF_SIGNED|EPROTO|ECONNRESET)/.test(code)
    ? 'tls-failure'
    : 'connect-failed';
};

const noAnswerCause = ({ code }: NodeJS.ErrnoException): NoAnswerCause =>
  code === 'ECONNRESET' || code === 'EPIPE' ? 'connection-reset' : 'connection-failed';

const flatten = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
