import { createHandler } from '../../../lambda/inbound/handler.ts';
import type { InboundReceived } from '../../../lambda/inbound/inbound-received.ts';
import type { InboundPorts } from '../../../lambda/inbound/ports.ts';
import { inboundFormat } from '../../../lambda/providers/inbound.ts';
import { receiptVerifier } from '../../../lambda/providers/receipts.ts';
import { createInboundPassed } from '../../../lambda/shared/inbound-passed.ts';
import { createKeyedHash } from '../../../lambda/shared/keyed-hash.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { createSimulatedClock } from '../../../local/simulators/clock.ts';
import { createTwilio } from '../../../local/simulators/twilio/provider.ts';
import { messageOf, problemOf } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { awsFailure, createWorld } from '../support/world.ts';

const HASHES = createKeyedHash(new SecretValue('pepper'));
const PATH = HASHES.inboundSecret();
const URL = `https://abc123.execute-api.eu-central-1.amazonaws.com/receipts/v1/inbound/${PATH}`;
const NUMBER = SMS.to;

/** A world with the function that takes in what people write, told of it by the simulator of Twilio. */
const setUp = (changes: Partial<InboundPorts> = {}) => {
  const world = createWorld();
  const events: InboundReceived[] = [];
  const twilio = createTwilio(createSimulatedClock());
  const ports: InboundPorts = {
    ...world.ports,
    room: 'alerts',
    provider: 'twilio',
    region: 'eu-central-1',
    isFull: false,
    format: inboundFormat('twilio')!,
    passed: createInboundPassed(world.table),
    bus: { put: (put) => Promise.resolve(events.push(...put) && put.length) },
    ...changes,
  };
  const handler = createHandler(() => ports);
  const call = (text: string, id?: string) =>
    twilio.inbound({ url: URL, from: NUMBER, to: '+97140000000', text, channel: 'sms', id });
  const give = ({ contentType, body, headers = {} }: ReturnType<typeof call>, path = PATH) =>
    handler({
      headers: { 'Content-Type': contentType, ...headers },
      body,
      isBase64Encoded: false,
      pathParameters: { path },
      requestContext: { requestId: 'r-1', apiId: 'abc123', stage: 'receipts' },
    });
  const write = async (text: string, id?: string) => (await give(call(text, id))).statusCode;
  const optOut = () => world.ports.optOuts.find(HASHES.number(NUMBER));
  return { world, twilio, events, call, give, write, optOut };
};

const ID = `SM${'1'.repeat(32)}`;

describe('the handler of inbound', () => {
  test.each(['STOP', ' stop\n', 'StopAll', 'unsubscribe', 'Cancel', 'END', 'quit'])(
    '%j opts the person out by their own word, and the next message to them is refused',
    async (word) => {
      const { world, write, optOut, events } = setUp();
      expect(await write(word)).toBe(200);
      expect(await optOut()).toEqual({ since: world.clock.now(), source: 'recipient' });
      expect(problemOf(await world.send()).code).toBe('recipient-opted-out');
      expect(events).toMatchObject([{ keyword: 'stop', optedOut: true }]);
    },
  );

  test.each(['START', 'unstop', 'Yes '])('%j lifts what they said themselves', async (word) => {
    const { world, write, optOut, events } = setUp();
    await write('stop');
    expect(await write(word)).toBe(200);
    expect(await optOut()).toBeUndefined();
    expect(messageOf(await world.send())).toMatchObject({ status: 'accepted' });
    expect(events.at(-1)).toMatchObject({ keyword: 'start', optedOut: false });
  });

  test('fails to lift what the provider told of them where nobody checks who signed: a forged word is not theirs', async () => {
    const { world, write, optOut, events } = setUp();
    await world.ports.optOuts.add(HASHES.number(NUMBER), { since: 1, source: 'provider' });
    expect(await write('START')).toBe(200);
    expect(await optOut()).toEqual({ since: 1, source: 'provider' });
    expect(events).toMatchObject([{ keyword: 'start', optedOut: true }]);
  });

  test('fails to lift what a steward entered', async () => {
    const { world, write, optOut, events } = setUp();
    await world.ports.optOuts.add(HASHES.number(NUMBER), { since: 1, source: 'operator' });
    expect(await write('START')).toBe(200);
    expect(await optOut()).toEqual({ since: 1, source: 'operator' });
    expect(events).toMatchObject([{ keyword: 'start', optedOut: true }]);
  });

  test.each(['please stop', 'stop it', 'nonstop', 'S T O P', ''])('%j is no keyword', async (text) => {
    const { write, optOut, events } = setUp();
    expect(await write(text)).toBe(200);
    expect(await optOut()).toBeUndefined();
    expect(events).toMatchObject([{ keyword: null, optedOut: false }]);
  });

  test('tells of a message once, and an old START cannot undo a later STOP', async () => {
    const { write, events, optOut } = setUp();
    await write('stop');
    expect(await write('start', ID)).toBe(200);
    await write('stop');
    expect(await write('start', ID)).toBe(200);
    expect(events.map(({ keyword }) => keyword)).toEqual(['stop', 'start', 'stop']);
    expect(await optOut()).toMatchObject({ source: 'recipient' });
  });

  test('an old START whose event was not taken cannot undo a later STOP when it is repeated', async () => {
    const taken = [1, 0, 1, 1];
    const { write, optOut } = setUp({ bus: { put: () => Promise.resolve(taken.shift()!) } });
    await write('stop');
    expect(await write('start', ID)).toBe(503);
    expect(await optOut()).toBeUndefined();
    await write('stop');
    expect(await write('start', ID)).toBe(200);
    expect(await optOut()).toMatchObject({ source: 'recipient' });
  });

  test('where the event was not taken asks for a repeat, which tells it under the same id', async () => {
    const put: InboundReceived[] = [];
    const taken = [0, 1];
    const bus = { put: (some: readonly InboundReceived[]) => Promise.resolve(put.push(...some) && taken.shift()!) };
    const { write } = setUp({ bus });
    expect(await write('hello', ID)).toBe(503);
    expect(await write('hello', ID)).toBe(200);
    expect(await write('hello', ID)).toBe(200);
    expect(put).toHaveLength(2);
    expect(put[0]!.eventId).toBe(put[1]!.eventId);
  });

  test('masks the person in the event, and tells number and text only where the room tells all', async () => {
    const masked = setUp();
    await masked.write('is my order there?');
    expect(masked.events).toEqual([
      {
        eventId: expect.stringMatching(/^[\w-]{43}$/) as unknown,
        at: '2026-11-24T12:00:00.000Z',
        room: 'alerts',
        channel: 'sms',
        from: `AE…${NUMBER.slice(-2)}`,
        fromHash: HASHES.number(NUMBER),
        to: '+97140000000',
        keyword: null,
        optedOut: false,
        verified: false,
      },
    ]);
    const full = setUp({ isFull: true });
    await full.write('is my order there?');
    expect(full.events).toMatchObject([{ number: NUMBER, text: 'is my order there?' }]);
  });

  test('keeps number and text nowhere, and logs neither, nor the path', async () => {
    const { world, write, give, call } = setUp({ isFull: true });
    await write('is my order there?');
    await write('stop');
    await give(call('stop'), 'A'.repeat(22));
    expect(world.logged.map(({ fields }) => fields?.reason)).toEqual(['passed-on', 'passed-on', 'not-found']);
    expect(JSON.stringify([world.logged, [...world.table.items]])).not.toMatch(
      new RegExp(`${NUMBER.slice(1)}|order there|${PATH}`),
    );
  });

  test.each(['A'.repeat(22), PATH.slice(1), `${PATH}a`, '', '../x'])(
    'fails by the path %j, and counts it',
    async (path) => {
      const { world, give, call, optOut, events } = setUp();
      expect(await give(call('STOP'), path)).toMatchObject({ statusCode: 404, body: '' });
      expect([await optOut(), events]).toEqual([undefined, []]);
      expect(world.emitted).toEqual([expect.objectContaining({ values: { ReceiptRefused: 1 } })]);
    },
  );

  test.each([
    ['no message', 'hello'],
    ['no sender', `MessageSid=${ID}&Body=CANARY`],
    ['too long', `MessageSid=${ID}&From=%2B971500000001&Body=CANARY${'x'.repeat(32 * 1024)}`],
  ])('fails with a problem that repeats nothing for %s, and counts it', async (_what, body) => {
    const { world, give, call, events } = setUp();
    const answer = await give({ ...call('x'), body });
    expect(answer).toMatchObject({ statusCode: 400, headers: { 'Content-Type': 'application/problem+json' } });
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:keyroom:problem:invalid-request', requestId: 'r-1' });
    expect(answer.body).not.toMatch(/CANARY|hello/);
    expect(events).toEqual([]);
    expect(world.emitted).toEqual([expect.objectContaining({ values: { ReceiptRefused: 1 } })]);
  });

  test.each([
    ['the pepper cannot be read', { hashes: () => Promise.resolve(undefined) }],
    ['AWS fails', { bus: { put: () => Promise.reject(awsFailure('unknown')) } }],
  ])('asks for a repeat while %s', async (_what, changes) => {
    expect(await setUp(changes).write('STOP')).toBe(503);
  });

  test('has Twilio send nothing in reply', async () => {
    const { give, call } = setUp();
    expect(await give(call('hello'))).toMatchObject({
      headers: { 'Content-Type': 'text/xml', 'Cache-Control': 'no-store' },
      body: '<Response></Response>',
    });
  });

  describe('where the room checks signatures', () => {
    const sharedKey = { id: 'WK1', secret: 'shared' };
    const keys = () =>
      Promise.resolve([new SecretValue(JSON.stringify({ sharedKeyId: 'WK1', sharedKeySecret: 'shared' }))]);
    const signed = () => setUp({ signing: { verify: receiptVerifier('twilio')!, keys } });

    test('believes what the provider has signed', async () => {
      const { twilio, write, optOut, events } = signed();
      twilio.changeAccount({ sharedKey });
      await write('STOP');
      await write('START');
      expect(await optOut()).toBeUndefined();
      expect(events.map(({ verified }) => verified)).toEqual([true, true]);
    });

    test('lifts what the provider told of them, as it was their word there, and not what a steward entered', async () => {
      const { world, twilio, write, optOut } = signed();
      twilio.changeAccount({ sharedKey });
      await world.ports.optOuts.add(HASHES.number(NUMBER), { since: 1, source: 'provider' });
      await write('START');
      expect(await optOut()).toBeUndefined();
      await world.ports.optOuts.add(HASHES.number(NUMBER), { since: 1, source: 'operator' });
      await write('START');
      expect(await optOut()).toEqual({ since: 1, source: 'operator' });
    });

    test('lets what is not signed opt a person out, but not in, and counts it', async () => {
      const { world, twilio, write, optOut, events } = signed();
      await write('STOP');
      twilio.changeAccount({ sharedKey: { ...sharedKey, secret: 'another' } });
      await write('START');
      expect(await optOut()).toMatchObject({ source: 'recipient' });
      expect(events.map(({ verified }) => verified)).toEqual([false, false]);
      expect(world.emitted).toHaveLength(2);
    });
  });
});
