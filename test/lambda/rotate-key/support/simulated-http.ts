import type { HttpCall } from '../../../../lambda/shared/http.ts';
import type { SimulatedProvider } from '../../../../local/simulators/provider.ts';

/** One of the deployed egress addresses, as the provider sees it. */
export const EGRESS = '203.0.113.10';

/** An {@link HttpCall} that ends in a provider simulator's rules instead of a socket. */
export const simulatedHttp =
  (provider: () => SimulatedProvider, source: () => string = () => EGRESS): HttpCall =>
  ({ method, url, headers, body }) => {
    const { pathname, searchParams } = new URL(url);
    const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
    const parsed: unknown =
      body === undefined ? undefined : isForm ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body);
    const reply = provider().handle({
      method,
      path: pathname,
      query: searchParams,
      authorization: headers.authorization,
      body: parsed,
      encoding: body === undefined ? 'none' : isForm ? 'form' : 'json',
      source: source(),
    });
    return Promise.resolve({
      kind: 'response',
      status: reply.status,
      headers: { ...reply.headers },
      body: JSON.stringify(reply.body),
    });
  };
