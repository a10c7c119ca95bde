import type { APIGatewayProxyResult } from 'aws-lambda';

import { type Callback, callOf, MAX_BODY_BYTES, pathOf } from '../shared/callback.ts';
import { METRICS } from '../shared/contract.ts';
import { guarded } from '../shared/guarded.ts';
import { describeError } from '../shared/log.ts';
import type { Signed } from '../shared/receipt.ts';
import type { ReceiptPorts, ReceiptResult } from './ports.ts';
import { realPorts } from './real-ports.ts';
import { takeReceipt } from './take-receipt.ts';

/** What a call came to, and who signed it where the room checks that. */
interface Taken {
  readonly result: ReceiptResult | 'unreadable';
  readonly signed?: Signed;
}

/** What is answered: nothing is said about which messages there are. 503 asks for a repeat. */
const STATUS: Readonly<Record<Taken['result'], number>> = {
  settled: 200,
  noted: 200,
  'nothing-new': 200,
  unreadable: 400,
  'not-found': 404,
  again: 503,
};

/**
 * `POST /v1/receipts/{path}`: takes in what the provider says became of a message.
 *
 * Triggered by the receipt door, which is open to everybody. A repeated, late or forged call is harmless: one that nobody
 * signed can only make the room ask the provider about a message whose path it knows, and one that the provider signed
 * says what is true, of which an end is kept.
 *
 * 1. Read the body the way the provider writes it, and check its signature where the room has a key for that.
 * 2. Find the message by the path; note that the provider has to be asked, or believe what it signed.
 * 3. Answer with a status alone. What was no receipt of ours, or not signed as it should be, is counted.
 *
 * @param ports made at the first request, so that importing this file reads no environment
 */
export const createHandler = (ports: () => ReceiptPorts) =>
  guarded(async (event: Callback): Promise<APIGatewayProxyResult> => {
    const { log, metrics, read, signing, region } = ports();
    const { requestId } = event.requestContext;
    const path = pathOf(event);
    const { result, signed } = await run().catch((error: unknown): Taken => {
      log.error('receipt failed', { requestId, ...describeError(error) });
      return { result: 'again' };
    });
    const isRefused = result === 'not-found' || result === 'unreadable' || signed === 'unsigned' || signed === 'forged';
    if (isRefused) metrics.emit({ [METRICS.names.receiptRefused]: 1 });
    log.info('receipt taken', { requestId, reason: signed === undefined ? result : `${result}, ${signed}` });
    return { statusCode: STATUS[result], headers: { 'Cache-Control': 'no-store' }, body: '' };

    async function run(): Promise<Taken> {
      const call = callOf(event, region, 'receipts');
      if (call.body.bytes.length > MAX_BODY_BYTES) return { result: 'unreadable' };
      const receipts = await read(call.body);
      if (receipts.length === 0) return { result: 'unreadable' };
      const signed = await signing?.verify(call, await signing.keys());
      return {
        result: await takeReceipt(ports(), { path, receipts, isGenuine: signed === 'genuine' }),
        ...(signed && { signed }),
      };
    }
  });

export const handler = createHandler(realPorts());
