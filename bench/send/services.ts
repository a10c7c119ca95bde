import { randomBytes } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** DynamoDB, Secrets Manager and a provider that take everything and answer at once. */
export interface Services {
  readonly url: string;
  /** What one call of a function asked of AWS before it reached the provider. */
  trace(call: () => Promise<unknown>): Promise<Trace>;
  close(): void;
}

export interface Trace {
  /** Round trips to AWS one after the other before the provider is called: what runs in parallel counts once. */
  readonly roundTripsBefore: number;
  /** Calls of AWS, all of them. */
  readonly awsCalls: number;
}

/** Long enough that all calls made at once arrive before the first of them is answered. */
const TRACED_DELAY_MS = 150;

const SECRETS = { pepper: randomBytes(32).toString('hex'), sending: JSON.stringify({ token: 'bench' }) };

/** @param tls certificate and key, PEM; plain HTTP without */
export const startServices = async (tls?: { readonly cert: string; readonly key: string }): Promise<Services> => {
  let seen: Seen | undefined;

  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    let body = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => {
      const [service, operation] = String(incoming.headers['x-amz-target']).split('.');
      const respond = (answer: object): void => {
        outgoing.writeHead(200, { 'content-type': 'application/json' });
        outgoing.end(JSON.stringify(answer));
      };
      if (operation === undefined) {
        if (seen) seen.before ??= seen.answered;
        respond({ request_id: 'bench', status: 'accepted' });
        return;
      }
      const answer = service === 'secretsmanager' ? secretOf(body) : itemOf(operation, body);
      if (seen === undefined) respond(answer);
      else answerTraced(seen, () => respond(answer));
    });
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // Always https: on the wire, the runtime loop decides.
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trace: async (call) => {
      const traced: Seen = { awsCalls: 0, answered: 0, before: undefined };
      seen = traced;
      await call();
      seen = undefined;
      return { roundTripsBefore: traced.before ?? Number.NaN, awsCalls: traced.awsCalls };
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

interface Seen {
  awsCalls: number;
  /** Round trips that were over. */
  answered: number;
  /** How many were over when the provider was called. */
  before: number | undefined;
}

const answerTraced = (seen: Seen, respond: () => void): void => {
  seen.awsCalls++;
  const depth = seen.answered + 1;
  setTimeout(() => {
    seen.answered = Math.max(seen.answered, depth);
    respond();
  }, TRACED_DELAY_MS);
};

const secretOf = (body: string): object => {
  const { SecretId } = JSON.parse(body) as { SecretId: keyof typeof SECRETS };
  return { SecretString: SECRETS[SecretId], VersionId: 'v1', CreatedDate: 1 };
};

/** An update tells what it changed, as DynamoDB does: here, that the first unit of each window is taken. */
const itemOf = (operation: string, body: string): object => {
  if (operation !== 'UpdateItem') return {};
  const { ExpressionAttributeNames: names = {} } = JSON.parse(body) as {
    ExpressionAttributeNames?: Record<string, string>;
  };
  const counters = Object.entries(names).filter(([placeholder]) => placeholder.startsWith('#u'));
  return { Attributes: Object.fromEntries(counters.map(([, name]) => [name, { N: '1' }])) };
};
