import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';

import type { Clock } from '../clock.ts';
import { type Environment, optional, required } from '../environment.ts';
import type { HttpCall, HttpResult } from '../http.ts';
import { AwsError } from './aws-error.ts';

/** One operation of one AWS service. @throws AwsError */
export type AwsCall = (operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

export interface AwsCallOptions {
  /** Name of the service in signatures and host names: `dynamodb`. */
  readonly service: string;
  /** What precedes the operation in `X-Amz-Target`. */
  readonly targetPrefix: string;
  readonly jsonVersion: '1.0' | '1.1';
  /** The credentials are read anew for every call; AWS_REGION, and AWS_ENDPOINT_URL where it is set, name the endpoint once. */
  readonly environment: Environment;
  readonly http: HttpCall;
  readonly clock: Clock;
  /** Longest time one call may take, in milliseconds. @default 2000 */
  readonly timeoutMs?: number;
}

/**
 * An {@link AwsCall} signed by AWS's own signer over the given transport.
 *
 * Makes one attempt: whether a second is safe is known only to whoever calls.
 */
export const createAwsCall = (options: AwsCallOptions): AwsCall => {
  const { service, environment, http, clock, timeoutMs = 2000 } = options;
  const signer = new SignatureV4({
    service,
    region: () => Promise.resolve(required(environment, 'AWS_REGION')),
    credentials: () => Promise.resolve(credentialsFrom(environment)),
    sha256: NodeSha256,
  });
  let endpoint: URL | undefined;
  return async (operation, input) => {
    const url = (endpoint ??= endpointOf(service, environment));
    const body = JSON.stringify(input);
    const unsigned = new HttpRequest({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: '/',
      headers: {
        host: url.host,
        'content-type': `application/x-amz-json-${options.jsonVersion}`,
        'x-amz-target': `${options.targetPrefix}.${operation}`,
      },
      body,
    });
    const { headers } = await signer.sign(unsigned, { signingDate: new Date(clock.now()) });
    return answerOf(operation, await http({ method: 'POST', url, headers, body, timeoutMs }));
  };
};

const endpointOf = (service: string, environment: Environment): URL =>
  new URL(
    optional(environment, 'AWS_ENDPOINT_URL') ??
      `https://${service}.${required(environment, 'AWS_REGION')}.amazonaws.com`,
  );

const credentialsFrom = (environment: Environment) => {
  const sessionToken = optional(environment, 'AWS_SESSION_TOKEN');
  return {
    accessKeyId: required(environment, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(environment, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken ? { sessionToken } : {}),
  };
};

/** Throttling is the one refusal that passes by itself; AWS refuses before it does anything. */
const THROTTLING = /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|LimitExceeded/;

const answerOf = (operation: string, result: HttpResult): Readonly<Record<string, unknown>> => {
  if (result.kind === 'not-written') {
    throw new AwsError(operation, { ...NOTHING, code: result.cause, retryable: true, effect: 'none' });
  }
  if (result.kind === 'no-answer') {
    throw new AwsError(operation, { ...NOTHING, code: result.cause, retryable: true, effect: 'unknown' });
  }
  const document = parse(result.body);
  if (result.status === 200 && document !== undefined) return document;
  const type = nameIn(document?.__type);
  const code = type ?? `status-${result.status}`;
  const refused = result.status >= 400 && result.status < 500 && type !== undefined;
  throw new AwsError(operation, {
    code,
    retryable: !refused || THROTTLING.test(code),
    effect: refused ? 'none' : 'unknown',
    status: result.status,
    details: Object.fromEntries(Object.entries(document ?? {}).filter(([name]) => !/^(__type|message)$/i.test(name))),
  });
};

/** AWS's name of an error, which logs and answers show; `undefined` for a text that is none. */
const nameIn = (type: unknown): string | undefined =>
  typeof type === 'string' ? /^(?:[\w.-]+#)?([A-Z][A-Za-z]{2,60})$/.exec(type)?.[1] : undefined;

const NOTHING = { status: undefined, details: {} } as const;

const parse = (body: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** What `createHash` and `createHmac` have in common. */
type Digest = Pick<ReturnType<typeof createHash>, 'digest'> & { update(data: string | Uint8Array): unknown };

type SourceData = string | ArrayBuffer | ArrayBufferView;

/** SHA-256 in the shape the signer asks for; a class, because the signer constructs it. */
class NodeSha256 {
  readonly #key: KeyObject | undefined;
  #hash: Digest;

  constructor(secret?: SourceData) {
    this.#key = secret === undefined ? undefined : keyOf(secret);
    this.#hash = this.#fresh();
  }

  update(chunk: Uint8Array | string): void {
    this.#hash.update(chunk);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#fresh();
  }

  #fresh(): Digest {
    return this.#key === undefined ? createHash('sha256') : createHmac('sha256', this.#key);
  }
}

/** The signer keeps the bytes of a day's signing key, and so is the key kept that Node makes of them: that costs more than the HMAC. */
const keys = new WeakMap<object, KeyObject>();

const keyOf = (secret: SourceData): KeyObject => {
  if (typeof secret === 'string') return createSecretKey(secret, 'utf8');
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const key = createSecretKey(bytes(secret));
  keys.set(secret, key);
  return key;
};

const bytes = (secret: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
