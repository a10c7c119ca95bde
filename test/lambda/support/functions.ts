import type { ProblemDocument } from '../../../lambda/api/contract.ts';
import { createHandler as createReceiptHandler } from '../../../lambda/receipt/handler.ts';
import { createHandler as createRetryHandler } from '../../../lambda/retry/handler.ts';
import { createHandler as createSendHandler } from '../../../lambda/send/handler.ts';
import type { RetryPorts } from '../../../lambda/retry/ports.ts';
import type { AskRecords } from '../../../lambda/shared/aws/lambda-records.ts';
import { createDueIndex } from '../../../lambda/shared/due-index.ts';
import type { Message } from '../../../lambda/shared/message.ts';
import type { Receipt } from '../../../lambda/shared/receipt.ts';
import type { Appointment } from '../../../lambda/shared/retry-queue.ts';
import { createSettler } from '../../../lambda/shared/settler.ts';
import { createHandler as createSweepHandler } from '../../../lambda/sweep-ledger/handler.ts';
import type { SweepResult } from '../../../lambda/sweep-ledger/ports.ts';
import { CONTEXT, doorEvent } from './door.ts';
import { SMS } from './room.ts';
import type { World } from './world.ts';

/** What an app reads. */
export type Answer =
  | { readonly kind: 'message'; readonly replayed: boolean; readonly message: Message }
  | { readonly kind: 'problem'; readonly problem: ProblemDocument };

/** The functions of the send path, each as Lambda invokes it. */
export interface Functions {
  send(ports: RetryPorts, idempotencyKey?: string, body?: object): Promise<Answer>;
  /** @returns those of the appointments that the queue has to deliver again */
  retry<A extends Appointment>(ports: RetryPorts, appointments: readonly A[]): Promise<readonly A[]>;
  sweep(ports: RetryPorts): Promise<SweepResult>;
  /** @param url where the provider was told to send it. @param isGenuine whether the provider has signed it */
  receive(ports: RetryPorts, url: string, receipt: Receipt, isGenuine: boolean): Promise<void>;
}

const REQUEST = { 'content-type': 'application/json' };
const MINUTE = { awsRequestId: 'r-sweep', getRemainingTimeInMillis: () => 60_000 };

/** The real handlers over a world's table, queue and provider. @param ask @default - the provider keeps no records */
export const createFunctions = ({ table }: Pick<World, 'table'>, ask?: AskRecords): Functions => ({
  send: async (ports, idempotencyKey = 'key-1', body = SMS) => {
    const headers = { ...REQUEST, 'Idempotency-Key': idempotencyKey };
    const response = await createSendHandler(() => ports)(doorEvent({ headers, body: JSON.stringify(body) }), CONTEXT);
    const document: unknown = JSON.parse(response.body);
    return response.statusCode < 300
      ? { kind: 'message', replayed: response.statusCode === 200, message: document as Message }
      : { kind: 'problem', problem: document as ProblemDocument };
  },
  retry: async (ports, appointments) => {
    const Records = appointments.map(({ id, at }, i) => ({ messageId: String(i), body: JSON.stringify({ id, at }) }));
    const { batchItemFailures } = await createRetryHandler(() => ports)({ Records }, { ...CONTEXT, awsRequestId: 'r' });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier)));
    return appointments.filter((_, i) => failed.has(i));
  },
  sweep: (ports) => {
    const settler = ask && { settler: createSettler({ ...ports, ask }) };
    return createSweepHandler(() => ({ ...ports, index: createDueIndex(table), ...settler }))({}, MINUTE);
  },
  receive: async (ports, url, receipt, isGenuine) => {
    const signed = isGenuine ? ('genuine' as const) : ('unsigned' as const);
    const signing = { verify: () => Promise.resolve(signed), keys: () => Promise.resolve([]) };
    const handler = createReceiptHandler(() => ({
      ...{ ...ports, region: 'eu-central-1', signing },
      read: () => Promise.resolve([receipt]),
    }));
    await handler({
      ...{ headers: {}, body: '', isBase64Encoded: false },
      pathParameters: { path: url.split('/').at(-1) ?? '' },
      requestContext: { requestId: 'r-receipt', apiId: 'abc123', stage: 'receipts' },
    });
  },
});
