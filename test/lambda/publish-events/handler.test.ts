import { createEventBus, type EventBus } from '../../../lambda/shared/event-bus.ts';
import { createHandler, kindOf } from '../../../lambda/publish-events/handler.ts';
import type { PublishPorts, Told } from '../../../lambda/publish-events/ports.ts';
import type { StatusChanged } from '../../../lambda/publish-events/status-changed.ts';
import { toAttributes } from '../../../lambda/shared/aws/attribute-value.ts';
import { AwsError } from '../../../lambda/shared/aws/aws-error.ts';
import { createLog } from '../../../lambda/shared/log.ts';
import type { MessageRecord } from '../../../lambda/shared/message.ts';
import { outputOf } from '../support/output.ts';

const RECORD: MessageRecord = {
  id: 'msg_00000000000000000000000001',
  app: 'shop',
  state: 'accepted',
  bodyHash: 'CANARY-body',
  attempt: 'CANARY-attempt',
  fence: 1,
  leaseUntil: 10_000,
  channel: 'sms',
  category: 'transactional',
  country: 'AE',
  lastTwo: '01',
  numberHash: 'CANARY-number',
  from: 'CANARY-from',
  reference: 'order-1',
  segments: 2,
  cost: { micros: 70_000, currency: 'USD', basis: 'estimate' } as MessageRecord['cost'],
  validUntil: 3_600_000,
  createdAt: 1000,
  updatedAt: 2000,
  provider: 'd7',
  providerMessageId: 'CANARY-provider',
  reason: null,
  versionId: 'CANARY-version',
  settlesBy: null,
  receiptHash: 'CANARY-receipt',
  sealed: 'CANARY-sealed',
  takes: [],
  nextAttemptAt: null,
  dueAt: null,
};

type State = MessageRecord['state'];

let sequence = 0;
const change = (before: State | undefined, after: State | undefined, pk = `message#${RECORD.id}`) => {
  const image = (state: State) => toAttributes({ ...RECORD, state, takes: [], pk, expiresAt: 1 }) as never;
  return {
    eventID: `event-${++sequence}`,
    dynamodb: {
      SequenceNumber: String(sequence),
      ...(before && { OldImage: image(before) }),
      ...(after && { NewImage: image(after) }),
    },
  };
};

const publish = async (bus: EventBus<Told>, ...records: ReturnType<typeof change>[]) => {
  let answer: unknown;
  const counted: unknown[] = [];
  const metrics: PublishPorts['metrics'] = { emit: (values, scope) => void counted.push({ ...values, ...scope }) };
  const output = await outputOf(async () => {
    const ports: PublishPorts = { room: 'alerts', bus, log: createLog('publish-events'), metrics };
    answer = await createHandler(() => ports)({ Records: records });
  });
  return { answer, output, counted };
};

/** Takes as many as told, then no more. */
const busThatTakes = (most = Infinity) => {
  const put: Told[] = [];
  const bus: EventBus<Told> = {
    put: (events) => {
      put.push(...events.slice(0, most));
      return Promise.resolve(Math.min(events.length, most));
    },
  };
  return { bus, put };
};

const NOTHING_FAILED = { batchItemFailures: [] };

const action = (isRepeated = false) => {
  const image = toAttributes({
    pk: 'action#job_1#flags of the apps',
    job: 'job_1',
    command: 'freeze',
    arguments: { app: 'shop' },
    caller: { role: '111111111111:on-call', session: 'ann' },
    reason: 'INC-1',
    step: 'flags of the apps',
    detail: 'no message of shop is admitted any more',
    at: '2026-01-01T00:00:00.000Z',
    dueAt: 1,
    dueShard: 'action',
  }) as never;
  const dynamodb = { SequenceNumber: '1', NewImage: image, ...(isRepeated && { OldImage: image }) };
  return { eventID: 'event-1', dynamodb };
};

describe('publish-events', () => {
  test('tells what somebody on call did to the room, once, in the declared fields and no others', async () => {
    const { bus, put } = busThatTakes();
    expect((await publish(bus, action(), action(true))).answer).toEqual(NOTHING_FAILED);
    expect(put).toEqual([
      {
        eventId: 'event-1',
        room: 'alerts',
        job: 'job_1',
        command: 'freeze',
        arguments: { app: 'shop' },
        step: 'flags of the apps',
        detail: 'no message of shop is admitted any more',
        by: { role: '111111111111:on-call', session: 'ann' },
        reason: 'INC-1',
        at: '2026-01-01T00:00:00.000Z',
      },
    ]);
    const sent: unknown[] = [];
    await createEventBus((_operation, input) => {
      sent.push(...(input as { Entries: unknown[] }).Entries);
      return Promise.resolve({ Entries: [{ EventId: 'e' }] });
    }, kindOf).put(put);
    expect(sent).toEqual([expect.objectContaining({ Source: 'keyroom', DetailType: 'Room State Changed' })]);
  });

  test('counts what arrived and what did not, by app and channel, and nothing else', async () => {
    const { bus } = busThatTakes();
    const ends = [change('accepted', 'delivered'), change('accepted', 'undelivered'), change('unknown', 'delivered')];
    const others = [change('sending', 'accepted'), change('delivered', 'delivered')];
    expect((await publish(bus, ...ends, ...others)).counted).toEqual([
      { Delivered: 2, Undelivered: 1, app: 'shop', channel: 'sms' },
    ]);
  });

  test('counts only what was taken: the rest comes again', async () => {
    const ends = [change('accepted', 'delivered'), change('accepted', 'delivered')];
    expect((await publish(busThatTakes(1).bus, ...ends)).counted).toMatchObject([{ Delivered: 1 }]);
    expect((await publish(busThatTakes(0).bus, ...ends)).counted).toEqual([]);
  });

  test('tells a change of status in the declared fields and no others', async () => {
    const { bus, put } = busThatTakes();
    const record = change('sending', 'accepted');
    expect((await publish(bus, record)).answer).toEqual(NOTHING_FAILED);
    expect(put).toEqual([
      {
        eventId: record.eventID,
        id: RECORD.id,
        app: 'shop',
        room: 'alerts',
        status: 'accepted',
        final: false,
        channel: 'sms',
        to: 'AE…01',
        reference: 'order-1',
        reason: null,
        at: '1970-01-01T00:00:02.000Z',
        segments: 2,
        cost: { amount: '0.0700', currency: 'USD', basis: 'estimate' },
      },
    ]);
    expect(JSON.stringify(put)).not.toContain('CANARY');
  });

  test.each<[string, ReturnType<typeof change>]>([
    ['an attempt begins', change(undefined, 'sending')],
    ['another attempt begins', change('queued', 'sending')],
    ['something else changed', change('accepted', 'accepted')],
    ['the record went', change('accepted', undefined)],
    ['it is no message', change('sending', 'accepted', 'app#shop')],
  ])('tells nothing when %s', async (_what, record) => {
    const { bus, put } = busThatTakes();
    expect((await publish(bus, record)).answer).toEqual(NOTHING_FAILED);
    expect(put).toEqual([]);
  });

  test('says from which change on the stream has to come again', async () => {
    const records = [change('sending', 'accepted'), change('sending', 'sending'), change('accepted', 'delivered')];
    const { answer } = await publish(busThatTakes(1).bus, ...records);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: records[2]!.dynamodb.SequenceNumber }] });
  });

  test('asks for everything again when the bus is away, and logs no more than a code', async () => {
    const error = new AwsError('PutEvents', {
      code: 'timeout',
      retryable: true,
      effect: 'unknown',
      status: undefined,
      details: { CANARY: 'CANARY' },
    });
    const record = change('sending', 'accepted');
    const { answer, output } = await publish({ put: () => Promise.reject(error) }, record);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] });
    expect(output).toContain('"code":"timeout"');
    expect(output).not.toContain('CANARY');
  });

  test('passes over what is no record, and tells the rest', async () => {
    const broken = change('sending', 'accepted');
    broken.dynamodb.NewImage = { pk: { S: 'message#x' }, state: { B: 'CANARY' } } as never;
    const { bus, put } = busThatTakes();
    const { answer, output } = await publish(bus, broken, change('accepted', 'delivered'));
    expect(answer).toEqual(NOTHING_FAILED);
    expect(put.map((told) => 'status' in told && told.status)).toEqual(['delivered']);
    expect(output).toContain('change not understood');
    expect(output).not.toContain('CANARY');
  });
});

describe('createEventBus', () => {
  const EVENTS = Array.from(
    { length: 25 },
    (_, i) => ({ eventId: String(i), at: '2026-01-01T00:00:00.000Z' }) as StatusChanged,
  );

  test('puts ten at a time, in order, as events of the room', async () => {
    const inputs: { Entries: Record<string, string>[] }[] = [];
    const bus = createEventBus<StatusChanged>(
      (operation, input) => {
        expect(operation).toBe('PutEvents');
        inputs.push(input as never);
        return Promise.resolve({ Entries: (input as { Entries: unknown[] }).Entries.map(() => ({ EventId: 'e' })) });
      },
      () => 'Message Status Changed',
    );
    expect(await bus.put(EVENTS)).toBe(25);
    expect(inputs.map(({ Entries }) => Entries.length)).toEqual([10, 10, 5]);
    expect(inputs[0]!.Entries[0]).toEqual({
      Source: 'keyroom',
      DetailType: 'Message Status Changed',
      Time: Date.parse('2026-01-01T00:00:00Z') / 1000,
      Detail: JSON.stringify(EVENTS[0]),
    });
  });

  test('stops at the first that is refused', async () => {
    let calls = 0;
    const bus = createEventBus<StatusChanged>(
      (_operation, input) => {
        calls++;
        const { Entries } = input as { Entries: unknown[] };
        return Promise.resolve({
          FailedEntryCount: 1,
          Entries: Entries.map((_, i) =>
            calls === 2 && i === 3 ? { ErrorCode: 'ThrottlingException' } : { EventId: 'e' },
          ),
        });
      },
      () => 'Message Status Changed',
    );
    expect(await bus.put(EVENTS)).toBe(13);
    expect(calls).toBe(2);
  });
});
