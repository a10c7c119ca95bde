import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpsServer, type Server as HttpsServer, type ServerOptions } from 'node:https';
import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createHttp, type HttpOptions } from '../../../lambda/shared/http.ts';
import { type CertificateAuthority, createAuthority } from '../../../local/certificates.ts';
import { createFakeClock } from '../support/fake-clock.ts';

let directory: string;
let authority: CertificateAuthority;
let certificate: Pick<ServerOptions, 'key' | 'cert'>;
const servers: Server[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyroom-http-'));
  authority = await createAuthority(directory);
  const { key, chain } = await authority.issue('server');
  certificate = { key, cert: chain };
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});
afterAll(() => rm(directory, { recursive: true }));

const listen = async (server: Server): Promise<number> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** A TLS server of the test's own CA, and a client that trusts it. */
const serve = async (listener: RequestListener, options: HttpOptions = {}) => {
  const server: HttpsServer = createHttpsServer({ ...certificate, keepAliveTimeout: 60_000 }, listener);
  let connections = 0;
  let resumed = 0;
  server.on('secureConnection', (socket) => {
    connections++;
    if (socket.isSessionReused()) resumed++;
  });
  const port = await listen(server);
  const http = createHttp({ ca: authority.ca, ...options });
  const call = (changes: { timeoutMs?: number; body?: string; headers?: Record<string, string> } = {}) =>
    http({ method: 'POST', url: `https://127.0.0.1:${port}/path`, headers: {}, timeoutMs: 2000, ...changes });
  const end = (): void => server.closeAllConnections();
  return { call, end, connections: () => connections, resumed: () => resumed };
};

describe('createHttp', () => {
  test('writes the request and gives the whole answer', async () => {
    const { call, end } = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        response.writeHead(201, { 'X-One': '1', 'Set-Cookie': ['a', 'b'] });
        response.end(`${request.method ?? ''} ${request.headers['content-length'] ?? ''} ${body}`);
      });
    });
    expect(await call({ body: 'é' })).toMatchObject({
      kind: 'response',
      status: 201,
      headers: { 'x-one': '1', 'set-cookie': 'a, b' },
      body: 'POST 2 é',
    });
    end();
  });

  test('follows no redirect', async () => {
    const { call, end } = await serve((_request, response) => response.writeHead(302, { location: '/other' }).end());
    expect(await call()).toMatchObject({ kind: 'response', status: 302 });
    end();
  });

  test('uses a fresh socket again, and closes one that was idle for longer than 4 seconds', async () => {
    const clock = createFakeClock();
    const { call, end, connections, resumed } = await serve((_request, response) => response.end('ok'), { clock });
    await call();
    clock.advance(4000);
    await call();
    expect(connections()).toBe(1);
    clock.advance(4001);
    await call();
    expect(connections()).toBe(2);
    expect(resumed()).toBe(1);
    end();
  });

  test('says no-answer, never not-written, when a used socket turns out to be dead', async () => {
    let first = true;
    const { call, end } = await serve((request, response) => {
      if (first) response.end('ok');
      else request.socket.destroy();
      first = false;
    });
    await call();
    expect(await call({ body: 'b' })).toEqual({ kind: 'no-answer', cause: 'connection-reset' });
    end();
  });

  test('says no-answer when the time is over after the request was written', async () => {
    const { call, end } = await serve(() => undefined);
    expect(await call({ timeoutMs: 100 })).toEqual({ kind: 'no-answer', cause: 'timeout' });
    end();
  });

  test('counts the time until the last byte of the answer', async () => {
    const { call, end } = await serve((_request, response) => void response.writeHead(200).write('beginning'));
    expect(await call({ timeoutMs: 150 })).toEqual({ kind: 'no-answer', cause: 'timeout' });
    end();
  });

  test('says no-answer when the answer is cut off', async () => {
    const { call, end } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('beginning', () => response.destroy());
    });
    expect(await call()).toEqual({ kind: 'no-answer', cause: 'answer-cut-off' });
    end();
  });

  test('says no-answer when the answer is too large to be one', async () => {
    const { call, end } = await serve((_request, response) => response.end('x'.repeat(101)), { maxAnswerBytes: 100 });
    expect(await call()).toEqual({ kind: 'no-answer', cause: 'answer-too-large' });
    end();
  });

  test('writes nothing to a server it cannot verify', async () => {
    let requests = 0;
    const { end, call } = await serve(() => requests++, { ca: (await createAuthority(join(directory, 'other'))).ca });
    expect(await call({ body: 'secret' })).toEqual({ kind: 'not-written', cause: 'tls-failure' });
    expect(requests).toBe(0);
    end();
  });

  test('says not-written while the connection is not made', async () => {
    const http = createHttp({ ca: authority.ca });
    const silent = await listen(createTcpServer((socket) => socket.resume()));
    const closing = await listen(createTcpServer((socket) => socket.destroy()));
    const request = { method: 'GET', headers: {}, timeoutMs: 300 };
    const free = await listen(createTcpServer());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await http({ ...request, url: `https://127.0.0.1:${free}/` })).toEqual({
      kind: 'not-written',
      cause: 'connect-refused',
    });
    expect(await http({ ...request, url: `https://127.0.0.1:${silent}/` })).toEqual({
      kind: 'not-written',
      cause: 'connect-timeout',
    });
    expect(await http({ ...request, url: `https://127.0.0.1:${closing}/` })).toEqual({
      kind: 'not-written',
      cause: 'tls-failure',
    });
  });

  test('refuses plain HTTP and what cannot be written, without saying what it was', async () => {
    const http = createHttp();
    const request = { method: 'GET', url: 'https://127.0.0.1:1/', timeoutMs: 300 };
    expect(await http({ ...request, headers: {}, url: 'http://127.0.0.1:1/' })).toEqual({
      kind: 'not-written',
      cause: 'not-https',
    });
    expect(await http({ ...request, headers: { authorization: 'key\nkey' } })).toEqual({
      kind: 'not-written',
      cause: 'invalid-request',
    });
  });
});
