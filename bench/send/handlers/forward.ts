import { Agent, request } from 'node:https';

/**
 * A proxy that keeps nothing: puts a key it was given beside the body and passes the answer on.
 *
 * No ledger, no limits, no secret to read, no log: the price of a hop by itself.
 */
const agent = new Agent({ keepAlive: true });
const headers = { authorization: 'Bearer bench', 'content-type': 'application/json' };

interface Event {
  readonly body: string;
}

interface Answer {
  readonly statusCode: number | undefined;
  readonly body: string;
}

export const handler = ({ body }: Event): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const url = `${process.env.PROVIDER_BASE_URL ?? ''}/messages/v1/send`;
    const outgoing = request(url, { method: 'POST', agent, headers });
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () =>
        resolve({ statusCode: incoming.statusCode === 200 ? 202 : incoming.statusCode, body: text }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
