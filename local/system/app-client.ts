import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { REGION } from './emulator.ts';
import { asIdentity } from './sessions.ts';
import type { SessionCredentials } from './state-file.ts';

export interface AppResponse {
  readonly status: number;
  readonly headers: Headers;
  // The shape is the API's; callers assert on what they expect.
  readonly body: Record<string, unknown>;
}

interface AppRequest {
  readonly method: 'GET' | 'POST';
  /** Below the door, such as `/v1/messages`. */
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a door as an app would: signed with the session of its own role. */
export const createAppClient = (apiUrl: string, credentials: SessionCredentials) => {
  const signer = new SignatureV4({
    credentials: asIdentity(credentials),
    region: REGION,
    service: 'execute-api',
    sha256: Hash.bind(null, 'sha256'),
    applyChecksum: true,
  });
  return async (call: AppRequest): Promise<AppResponse> => {
    const url = new URL(`${apiUrl}${call.path}`);
    const signed = await signer.sign(
      new HttpRequest({
        method: call.method,
        protocol: url.protocol,
        hostname: url.hostname,
        port: Number(url.port),
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: {
          host: url.host,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
        },
        ...(call.body === undefined ? {} : { body: call.body }),
      }),
    );
    const response = await fetch(url, {
      method: call.method,
      headers: signed.headers,
      ...(call.body === undefined ? {} : { body: call.body }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };
};

export type AppClient = ReturnType<typeof createAppClient>;
