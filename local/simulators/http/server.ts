import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '../clock.ts';
import type { Fault } from '../faults.ts';
import type { ProviderReply } from '../provider.ts';
import { parseBody, readBody } from './body.ts';
import { trackConnections, type Connections } from './connections.ts';
import { handleControl, type ControlParts } from './control.ts';

/** Below it lies the test driver's interface. */
export const CONTROL_PREFIX = '/_control';

/** Makes an HTTPS server, not yet listening, that speaks for a provider. */
export function createSimulatorServer(tls: { key: string; chain: string }, parts: ControlParts): Server {
  const server = createServer({ key: tls.key, cert: tls.chain }, (request, response) => {
    void answer(request, response).catch((error: unknown) => {
      process.stderr.write(`simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      if (!response.headersSent) send(response, { status: 500, body: { error: 'the simulator itself failed' } });
    });
  });
  // A handshake that fails is the client's affair, not the simulator's.
  server.on('tlsClientError', () => undefined);
  const connections = trackConnections(server);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'https://simulator');
    if (url.pathname.startsWith(`${CONTROL_PREFIX}/`)) {
      const bytes = await readBody(request);
      const { body, encoding } = await parseBody(bytes ?? Buffer.alloc(0), 'application/json');
      const path = url.pathname.slice(CONTROL_PREFIX.length);
      if (bytes === undefined || encoding === 'malformed') {
        send(response, { status: 400, body: { error: 'the body must be JSON of at most 1 MiB' } });
      } else {
        send(response, handleControl(request.method ?? '', path, body, parts));
      }
      return;
    }
    await answerAsProvider(request, response, url, parts, connections);
  };
  return server;
}

async function answerAsProvider(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { provider, faults, requests, clock, egress }: ControlParts,
  connections: Connections,
): Promise<void> {
  const method = request.method ?? '';
  const path = url.pathname;
  const source = egress.sourceOf(request.socket);
  const fault = faults.take(method, path);
  const record = (status: number | null): void => {
    requests.push({ method, path, status, source, at: isoTime(clock.now()) });
  };

  if (fault?.reset === 'before-accept') {
    await pause(fault);
    record(null);
    connections.reset(request.socket);
    return;
  }
  const bytes = await readBody(request);
  if (bytes === undefined) {
    record(413);
    send(response, { status: 413, body: { detail: 'Request Entity Too Large' }, headers: { connection: 'close' } });
    return;
  }
  const parsed = await parseBody(bytes, request.headers['content-type']);
  const { authorization } = request.headers;
  const real = isTaken(fault)
    ? provider.handle({ method, path, query: url.searchParams, authorization, source, ...parsed })
    : undefined;
  const reply = disguise(real, fault);
  record(fault?.reset ? null : reply.status);
  await pause(fault);
  if (fault?.reset) connections.reset(request.socket);
  else send(response, reply);
}

const isTaken = (fault: Fault | undefined): boolean =>
  fault?.status === undefined || fault.accept === true || fault.reset === 'after-accept';

function disguise(real: ProviderReply | undefined, fault: Fault | undefined): ProviderReply {
  const shown = real ?? { status: 500, body: {} };
  const headers = { ...shown.headers, ...fault?.headers };
  return fault?.status === undefined
    ? { ...shown, headers }
    : { status: fault.status, body: fault.body ?? {}, headers };
}

async function pause(fault: Fault | undefined): Promise<void> {
  if (fault?.delayMs) await sleep(fault.delayMs, undefined, { ref: false });
}

/** Text is sent as it is (a gateway's error page), anything else as JSON. */
function send(response: ServerResponse, { status, body, headers }: ProviderReply): void {
  if (response.destroyed) return;
  const isText = typeof body === 'string';
  const bytes = body === undefined ? '' : isText ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': isText ? 'text/html' : 'application/json' }),
    'content-length': String(Buffer.byteLength(bytes)),
    ...headers,
  });
  response.end(bytes);
}
