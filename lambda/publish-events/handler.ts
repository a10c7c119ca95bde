import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';

import { type AttributeValue, fromAttributes } from '../shared/aws/attribute-value.ts';
import { createAwsCall } from '../shared/aws/aws-call.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { EVENTS } from '../shared/contract.ts';
import { type Environment, required } from '../shared/environment.ts';
import { createEventBus } from '../shared/event-bus.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { recordOf } from '../shared/ledger-messages.ts';
import { createLog, describeError } from '../shared/log.ts';
import type { MessageRecord } from '../shared/message.ts';
import { createMetrics } from '../shared/metrics.ts';
import { ENV } from './contract.ts';
import { countOutcomes } from './count-outcomes.ts';
import type { PublishPorts, Told } from './ports.ts';
import { roomChanged } from './room-changed.ts';
import { statusChanged } from './status-changed.ts';

interface Due {
  readonly sequenceNumber: string;
  readonly event: Told;
}

/**
 * Tells whoever listens that a message's status changed, or that somebody did something to the room.
 *
 * Triggered by the ledger's stream, so nothing waits for it and no send fails with it. A change that is delivered twice
 * is told twice, under the same `eventId`.
 *
 * 1. Read each change of a message; what is no record of ours is logged and passed over, as no repeat would mend it.
 * 2. Put the events in the stream's order.
 * 3. Count what arrived and what did not, of what was taken.
 * 4. Report the first that was not taken: the stream goes on from there.
 *
 * @param ports made at the first batch, so that importing this file reads no environment
 */
export const createHandler = (ports: () => PublishPorts) =>
  guarded(async ({ Records: records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const { bus, log, metrics } = ports();
    const due = records.flatMap((record) => dueOf(ports(), record) ?? []);
    const taken = await bus.put(due.map(({ event }) => event)).catch((error: unknown) => {
      log.error('events not published', { count: due.length, ...describeError(error) });
      return 0;
    });
    // What was not taken comes again, and is counted then.
    countOutcomes(
      metrics,
      due.slice(0, taken).map(({ event }) => event),
    );
    const first = due[taken];
    if (first === undefined) return { batchItemFailures: [] };
    log.warn('events to be published again', { count: due.length - taken });
    return { batchItemFailures: [{ itemIdentifier: first.sequenceNumber }] };
  });

const dueOf = ({ room, log }: PublishPorts, { eventID: id = '', dynamodb = {} }: DynamoDBRecord): Due | undefined => {
  try {
    const sequenceNumber = dynamodb.SequenceNumber ?? '';
    if (isAction(dynamodb.NewImage)) {
      // A run that repeats a step writes the same action again.
      if (dynamodb.OldImage !== undefined) return undefined;
      const action = fromAttributes(dynamodb.NewImage as Record<string, AttributeValue>);
      return { sequenceNumber, event: roomChanged(room, id, action) };
    }
    const after = recordIn(dynamodb.NewImage);
    if (after === undefined) return undefined;
    const event = statusChanged(room, { id, before: recordIn(dynamodb.OldImage), after });
    return event && { sequenceNumber, event };
  } catch (error: unknown) {
    log.error('change not understood', describeError(error));
    return undefined;
  }
};

type Image = NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];

const isAction = (image: Image): boolean => image?.pk?.S?.startsWith('action#') ?? false;

/** The stream's types allow for sets and binaries, which the ledger never holds. */
const recordIn = (image: Image): MessageRecord | undefined =>
  image?.pk?.S?.startsWith('message#') ? recordOf(fromAttributes(image as Record<string, AttributeValue>)) : undefined;

const realPorts = (environment: Environment = process.env): (() => PublishPorts) => {
  let ports: PublishPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The kind of event that something told is. */
export const kindOf = (told: Told) => ('command' in told ? EVENTS.roomChanged : EVENTS.statusChanged);

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): PublishPorts => ({
  room: required(environment, ENV.room),
  bus: createEventBus(
    createAwsCall({ service: 'events', targetPrefix: 'AWSEvents', jsonVersion: '1.1', environment, http, clock }),
    kindOf,
  ),
  log: createLog('publish-events'),
  metrics: createMetrics({ room: required(environment, ENV.room), clock }),
});

export const handler = createHandler(realPorts());
