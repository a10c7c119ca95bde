import { Readable } from 'node:stream';

import { HttpResponse, type HttpRequest } from '@smithy/protocol-http';

import type { HttpCall } from '../../../lambda/shared/http.ts';

/** Settings of an AWS client that goes over the given transport, once and without waiting. */
export const overTransport = (http: HttpCall) => ({
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKID', secretAccessKey: 'unused' },
  maxAttempts: 1,
  requestHandler: {
    handle: async ({ method, hostname, path, headers, body }: HttpRequest) => {
      const text = typeof body === 'string' ? body : Buffer.from((body as Uint8Array | undefined) ?? []).toString();
      const url = `https://${hostname}${path}`;
      const result = await http({ method, url, headers, body: text, timeoutMs: 1000 });
      if (result.kind !== 'response') throw Object.assign(new Error(result.cause), { code: 'ECONNRESET' });
      // As from the network: the client warns of anything else.
      const response = {
        statusCode: result.status,
        headers: { ...result.headers },
        body: Readable.from([Buffer.from(result.body)]),
      };
      return { response: new HttpResponse(response) };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  },
});
