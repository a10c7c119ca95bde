import { Agent, request } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed when it is JSON, else text. */
  readonly body: unknown;
}

export interface CallOptions {
  readonly authorization?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, string>>;
  readonly raw?: { readonly type: string; readonly body: string };
  /** Where the connection comes from. Default: 127.0.0.1, the room. */
  readonly from?: string;
  /** Default: a new connection for every call. */
  readonly agent?: Agent;
  readonly timeoutMs?: number;
}

/** Calls over TLS, trusting nothing but the given CA. Rejects with the socket's error. */
export type Call = (method: string, url: string, options?: CallOptions) => Promise<Answer>;

export const createCall =
  (ca: string): Call =>
  (method, url, options = {}) =>
    new Promise((resolve, reject) => {
      const [type, payload] = payloadOf(options);
      const outgoing = request(
        url,
        {
          method,
          ca,
          agent: options.agent ?? new Agent({ keepAlive: false }),
          localAddress: options.from ?? '127.0.0.1',
          timeout: options.timeoutMs ?? 5000,
          headers: {
            ...(options.authorization === undefined ? {} : { authorization: options.authorization }),
            ...(payload === undefined
              ? {}
              : { 'content-type': type, 'content-length': String(Buffer.byteLength(payload)) }),
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const { statusCode = 0, headers } = incoming;
            const text = Buffer.concat(chunks).toString('utf8');
            const isJson = headers['content-type'] === 'application/json' && text !== '';
            resolve({ status: statusCode, headers, body: isJson ? (JSON.parse(text) as unknown) : text });
          });
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('timed out'), { code: 'TIMED_OUT' })));
      outgoing.on('error', reject);
      outgoing.end(payload);
    });

function payloadOf({ json, form, raw }: CallOptions): [type: string, payload: string | undefined] {
  if (raw) return [raw.type, raw.body];
  if (form) return ['application/x-www-form-urlencoded', new URLSearchParams(form).toString()];
  return ['application/json', json === undefined ? undefined : JSON.stringify(json)];
}

/** A value inside a parsed answer; undefined where the path leads nowhere. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step], value);

export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path);
  if (typeof found !== 'string') throw new Error(`no text at ${path.join('.')}`);
  return found;
};
