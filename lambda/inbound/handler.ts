import type { APIGatewayProxyResult } from 'aws-lambda';

import { type Callback, callOf, MAX_BODY_BYTES, pathOf } from '../shared/callback.ts';
import { METRICS } from '../shared/contract.ts';
import { guarded } from '../shared/guarded.ts';
import { describeError } from '../shared/log.ts';
import { problem } from '../shared/problem.ts';
import { isReceiptSecret, isReceiptSecretForm, receiptHashOf } from '../shared/receipt-path.ts';
import type { Signed } from '../shared/receipt.ts';
import type { InboundCommand, InboundPorts, InboundResult } from './ports.ts';
import { realPorts } from './real-ports.ts';
import { takeInbound } from './take-inbound.ts';

/** What a call came to, and who signed it where the room checks that. */
interface Taken {
  readonly result: InboundResult;
  readonly signed?: Signed;
}

/** 503 asks for a repeat. */
const STATUS: Readonly<Record<InboundResult, number>> = {
  'passed-on': 200,
  'nothing-new': 200,
  unreadable: 400,
  'not-found': 404,
  again: 503,
};

/**
 * `POST /v1/inbound/{path}`: takes in what people write to the room's senders.
 *
 * Triggered by the receipt door, which is open to everybody; the path is known to the provider and to whoever entered it
 * there. A repeated call does nothing; a forged one, by whoever learnt the path, can opt people out, which a steward sees
 * and undoes. It can opt nobody in where the room checks signatures, and elsewhere none but who opted out by word.
 *
 * 1. Compare the path, in constant time.
 * 2. Read the body the way the provider writes it, and check its signature where the room has a key for that.
 * 3. Heed stop words, tell the apps' bus, and answer so that nothing is sent in reply. What was no call of the provider's,
 *    or not signed as it should be, is counted with the receipts that were none.
 *
 * @param ports made at the first request, so that importing this file reads no environment
 */
export const createHandler = (ports: () => InboundPorts) =>
  guarded(async (event: Callback): Promise<APIGatewayProxyResult> => {
    const { log, metrics } = ports();
    const { requestId } = event.requestContext;
    const { result, signed } = await take(ports(), event).catch((error: unknown): Taken => {
      log.error('inbound failed', { requestId, ...describeError(error) });
      return { result: 'again' };
    });
    const isRefused = result === 'not-found' || result === 'unreadable' || signed === 'unsigned' || signed === 'forged';
    if (isRefused) metrics.emit({ [METRICS.names.receiptRefused]: 1 });
    log.info('inbound taken', { requestId, reason: signed === undefined ? result : `${result}, ${signed}` });
    return { statusCode: STATUS[result], ...answerTo(result, ports(), requestId) };
  });

const take = async (ports: InboundPorts, event: Callback): Promise<Taken> => {
  const { hashes, format, signing, region } = ports;
  const path = pathOf(event);
  if (!isReceiptSecretForm(path)) return { result: 'not-found' };
  const known = await hashes();
  if (known === undefined) return { result: 'again' };
  if (!isReceiptSecret(path, receiptHashOf(known.inboundSecret()))) return { result: 'not-found' };
  const call = callOf(event, region, 'inbound');
  const messages = call.body.bytes.length > MAX_BODY_BYTES ? [] : await format.read(call.body);
  if (messages.length === 0) return { result: 'unreadable' };
  const signed = await signing?.verify(call, await signing.keys());
  const isGenuine = signed === 'genuine';
  const command = { messages, hashOf: (e164: string) => known.number(e164), isGenuine, startLifts: liftedBy(signed) };
  return { result: await takeInbound(ports, command), ...(signed && { signed }) };
};

/** A path alone lifts no more than it can enter, and nothing where the provider could have signed. */
const liftedBy = (signed: Signed | undefined): InboundCommand['startLifts'] => {
  if (signed === undefined) return ['recipient'];
  return signed === 'genuine' ? ['recipient', 'provider'] : [];
};

const answerTo = (
  result: InboundResult,
  { format }: InboundPorts,
  requestId: string,
): Pick<APIGatewayProxyResult, 'headers' | 'body'> => {
  const headers = (type: string) => ({ 'Cache-Control': 'no-store', 'Content-Type': type });
  if (STATUS[result] === 200) return { headers: headers(format.answer.contentType), body: format.answer.body };
  if (result !== 'unreadable') return { headers: headers('application/json'), body: '' };
  const detail = `This is no message of the room's provider, or longer than ${MAX_BODY_BYTES} bytes.`;
  const { document } = problem('invalid-request', { detail });
  return { headers: headers('application/problem+json'), body: JSON.stringify({ ...document, requestId }) };
};

export const handler = createHandler(realPorts());
