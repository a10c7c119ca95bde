import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

import { receiptReader } from '../providers/receipts.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { METRICS } from '../shared/contract.ts';
import { createDynamoDbLedger } from '../shared/dynamodb-ledger.ts';
import { type Environment, required } from '../shared/environment.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import type { ReceiptBody } from '../shared/receipt.ts';
import { ENV, MAX_BODY_BYTES } from './contract.ts';
import type { ReceiptPorts, ReceiptResult } from './ports.ts';
import { takeReceipt } from './take-receipt.ts';

/** The part of the proxy event that is looked at. */
type Event = Pick<APIGatewayProxyEvent, 'headers' | 'body' | 'isBase64Encoded' | 'pathParameters'> & {
  readonly requestContext: Pick<APIGatewayProxyEvent['requestContext'], 'requestId'>;
};

/** 200 ends a provider's repeats, 503 asks for them; nothing is said about which messages there are. */
const STATUS: Readonly<Record<ReceiptResult | 'unreadable', number>> = {
  noted: 200,
  'nothing-new': 200,
  unreadable: 400,
  'not-found': 404,
  again: 503,
};

/**
 * `POST /v1/receipts/{path}`: takes in what the provider says became of a message.
 *
 * Triggered by the receipt door, which is open to everybody. A repeated, late or forged call is harmless: it can only
 * make the room ask the provider about a message whose path it knows.
 *
 * 1. Read the body the way the provider writes it.
 * 2. Find the message by the path, and note that the provider has to be asked.
 * 3. Answer with a status alone. What was no receipt of ours is counted.
 *
 * @param ports made at the first request, so that importing this file reads no environment
 */
export const createHandler = (ports: () => ReceiptPorts) =>
  guarded(async (event: Event): Promise<APIGatewayProxyResult> => {
    const { log, metrics, read } = ports();
    const { requestId } = event.requestContext;
    const result = await run().catch((error: unknown): ReceiptResult => {
      log.error('receipt failed', { requestId, ...describeError(error) });
      return 'again';
    });
    if (result === 'not-found' || result === 'unreadable') metrics.emit({ [METRICS.names.receiptRefused]: 1 });
    log.info('receipt taken', { requestId, reason: result });
    return { statusCode: STATUS[result], headers: { 'Cache-Control': 'no-store' }, body: '' };

    async function run(): Promise<ReceiptResult | 'unreadable'> {
      const body = bodyOf(event);
      if (body.bytes.length > MAX_BODY_BYTES) return 'unreadable';
      const receipts = await read(body);
      if (receipts.length === 0) return 'unreadable';
      return takeReceipt(ports(), { path: event.pathParameters?.path ?? '', receipts });
    }
  });

const bodyOf = ({ headers, body, isBase64Encoded }: Event): ReceiptBody => {
  const entries = Object.entries((headers as Event['headers'] | null) ?? {});
  return {
    bytes: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    contentType: entries.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '',
  };
};

const realPorts = (environment: Environment = process.env): (() => ReceiptPorts) => {
  let ports: ReceiptPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): ReceiptPorts => {
  const provider = required(environment, ENV.provider);
  const read = receiptReader(provider);
  if (read === undefined) throw new ConfigurationError(`the provider "${provider}" sends no receipts`);
  const tableName = required(environment, ENV.ledgerTable);
  return {
    ledger: createDynamoDbLedger(createDynamoDb({ tableName, environment, http, clock })),
    clock,
    log: createLog('receipt'),
    metrics: createMetrics({ room: required(environment, ENV.room), clock }),
    read,
  };
};

export const handler = createHandler(realPorts());
