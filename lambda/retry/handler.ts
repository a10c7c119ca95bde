import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

import { guarded } from '../shared/guarded.ts';
import { describeError } from '../shared/log.ts';
import { type Appointment, readAppointment } from '../shared/retry-queue.ts';
import type { RetryPorts, RetryResult } from './ports.ts';
import { realPorts } from './real-ports.ts';
import { retryMessage } from './retry-message.ts';

/** The parts of Lambda's event and context that are used. */
interface Delivery {
  readonly Records: readonly Pick<SQSEvent['Records'][number], 'messageId' | 'body'>[];
}
interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Kept back from Lambda's timeout, so that what was done is told before the environment is killed. */
const ANSWER_MS = 500;

/**
 * Tries messages again that the provider did not take.
 *
 * Triggered by the two queues of appointments. A duplicate or late delivery is harmless: an appointment is good for one
 * attempt, and the ledger decides which.
 *
 * 1. Read each appointment.
 * 2. Run the use case for all of them at once, within the time that Lambda leaves.
 * 3. Report those that have to come again; the queue deletes the others. What fails five times goes to the dead letters.
 *
 * @param ports made at the first request, so that importing this file reads no environment
 */
export const createHandler = (ports: () => RetryPorts) =>
  guarded(async (event: Delivery, context: Invocation): Promise<SQSBatchResponse> => {
    const { awsRequestId: requestId } = context;
    const deadline = ports().clock.monotonic() + context.getRemainingTimeInMillis() - ANSWER_MS;
    const keep = async ({ messageId, body }: Delivery['Records'][number]): Promise<[string, RetryResult]> => {
      try {
        return [messageId, await retryMessage(ports(), { ...appointmentIn(body), requestId, deadline })];
      } catch (error: unknown) {
        ports().log.error('retry failed', { requestId, ...describeError(error) });
        return [messageId, 'again'];
      }
    };
    const results = await Promise.all(event.Records.map(keep));
    const again = results.filter(([, result]) => result === 'again');
    return { batchItemFailures: again.map(([itemIdentifier]) => ({ itemIdentifier })) };
  });

/** @throws TypeError for anything that this room did not write */
const appointmentIn = (body: string): Appointment => {
  const appointment = readAppointment(body);
  if (appointment === undefined) throw new TypeError('the queue holds something that is no appointment');
  return appointment;
};

export const handler = createHandler(realPorts());
