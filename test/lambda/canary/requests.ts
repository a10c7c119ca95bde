import { randomUUID } from 'node:crypto';

import { receiptPathOf } from '../../../lambda/shared/receipt-path.ts';
import { doorEvent } from '../support/door.ts';
import { writtenNumber } from './canaries.ts';
import type { CanaryRoom } from './room.ts';

const role = (name: string) => `arn:aws:sts::111111111111:assumed-role/${name}/session-1`;
const BROWSER = { origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' };

/** A request at one of the two doors, by one of the apps, or by nobody. */
const caller = ({ dice }: CanaryRoom) =>
  dice.pick([
    () => ({ stage: 'live', identity: { userArn: role('shop-sender') } }),
    () => ({ stage: 'live', identity: { userArn: role('shop-sender') } }),
    () => ({ stage: 'live', identity: { userArn: role('desk-sender') } }),
    () => ({ stage: 'keyed', identity: { userArn: null }, authorizer: { app: 'website' } }),
  ])();

export const recipientIn = ({ dice, canaries }: CanaryRoom): string => {
  const numbers = canaries.all.filter(({ kind }) => kind === 'number');
  return numbers.length > 6 && dice.chance(0.5) ? dice.pick(numbers).value : canaries.number();
};

const message = (room: CanaryRoom): Record<string, unknown> => {
  const { dice, canaries } = room;
  const to = recipientIn(room);
  const text = canaries.text();
  const sms = { channel: 'sms', to, from: 'Acme', text };
  return dice.pick<() => Record<string, unknown>>([
    () => sms,
    () => ({ ...sms, category: 'otp', text: `${text} ${canaries.code()}`, validForSeconds: dice.integer(10, 200) }),
    () => ({ ...sms, channel: 'viber', reference: 'order-1' }),
    () => ({ ...sms, dryRun: true }),
    () => ({
      channel: 'whatsapp',
      to,
      from: '+97140000000',
      template: { name: 'otp', language: 'en', params: { code: canaries.code(), minutes: text } },
    }),
  ])();
};

const spoiled = (room: CanaryRoom, body: Record<string, unknown>): unknown => {
  const { dice, canaries } = room;
  return dice.pick<() => unknown>([
    () => ({ ...body, to: writtenNumber(dice, canaries.number()) }),
    () => ({ ...body, to: canaries.number('DE') }),
    () => ({ ...body, to: `+4490${canaries.number('GB').slice(5)}` }),
    () => ({ ...body, to: `${canaries.number()}99999` }),
    () => ({ ...body, [canaries.number()]: canaries.text(), [canaries.secret('stray key')]: 1 }),
    () => ({ ...body, from: canaries.text() }),
    () => ({ ...body, channel: canaries.secret('stray key') }),
    () => ({ ...body, text: canaries.text().repeat(40) }),
    () => ({ ...body, text: undefined }),
    () => ({ ...body, template: { name: canaries.text(), language: canaries.text(), params: {} } }),
    () => ({ ...body, reference: canaries.text().repeat(20) }),
    () => [canaries.text()],
    () => canaries.number(),
  ])();
};

/** `POST /v1/messages`, now and then not as it should be. */
export const sendRequest = (room: CanaryRoom): unknown => {
  const { dice, canaries } = room;
  const request = {
    body: JSON.stringify(message(room)),
    type: 'application/json',
    key: dice.chance(0.15) ? 'key-1' : randomUUID(),
    more: {},
    caller: caller(room),
  };
  const wrong = dice.pick<() => Partial<typeof request>>([
    ...Array<() => object>(8).fill(() => ({ body: JSON.stringify(spoiled(room, message(room))) })),
    () => ({
      body: dice.pick([request.body.slice(0, -3), canaries.text(), request.body.padEnd(40_000, canaries.text())]),
    }),
    () => ({ type: canaries.text() }),
    () => ({ key: dice.pick(['', `é${canaries.text()}`]) }),
    () => ({ more: BROWSER }),
    () => ({ caller: { stage: 'live', identity: { userArn: role(canaries.secret('role')) } } }),
  ]);
  const asked = dice.chance(0.3) ? { ...request, ...wrong() } : request;
  return doorEvent({
    body: asked.body,
    headers: {
      'content-type': asked.type,
      ...(asked.key && { 'Idempotency-Key': asked.key }),
      authorization: `AWS4-HMAC-SHA256 Signature=${canaries.secret('signature')}`,
      ...asked.more,
    },
    requestContext: { requestId: randomUUID(), ...asked.caller },
  });
};

export const someId = ({ dice, table, canaries }: CanaryRoom): string => {
  const ids = [...table.items.keys()].flatMap((pk) => (pk.startsWith('message#') ? [pk.slice('message#'.length)] : []));
  return dice.pick([dice.pick([...ids, 'msg_00000000000000000000000000']), dice.pick([...ids, '']), canaries.number()]);
};

/** `GET /v1/messages/{id}` and `GET /v1/usage`. */
export const queryRequest = (room: CanaryRoom): unknown => {
  const { dice, canaries } = room;
  return doorEvent({
    body: null,
    resource: dice.pick(['/v1/messages/{id}', '/v1/messages/{id}', '/v1/usage']),
    pathParameters: { id: someId(room) },
    headers: { authorization: `Bearer ${canaries.secret('signature')}`, ...(dice.chance(0.05) && BROWSER) },
    requestContext: { requestId: randomUUID(), ...caller(room) },
  });
};

/** `GET /v1/status` of whoever is on call, or of somebody who would like to be. */
export const statusRequest = ({ dice, canaries }: CanaryRoom): unknown => ({
  headers: { authorization: canaries.secret('signature'), [canaries.text()]: canaries.number() },
  body: null,
  isBase64Encoded: false,
  pathParameters: null,
  requestContext: {
    requestId: randomUUID(),
    stage: 'operator',
    identity: {
      userArn: `arn:aws:sts::111111111111:assumed-role/${dice.pick(['on-call', 'on-call', canaries.secret('role')])}/ann`,
    },
  },
});

/** `GET /v1/audit`, for any part. */
export const auditRequest = (room: CanaryRoom): unknown => ({
  ...(statusRequest(room) as object),
  queryStringParameters: {
    part: room.dice.pick(['actions', 'sightings', 'messages', 'foreign', 'keys', room.canaries.text()]),
    since: room.dice.pick(['2026-11-24T00:00:00Z', '2026-11-24T00:00:00Z', room.canaries.number()]),
    until: '2026-12-24T00:00:00Z',
    ...(room.dice.chance(0.1) && { cursor: room.canaries.text() }),
  },
});

/** `GET /v1/messages`, which may name a number. */
export const listRequest = (room: CanaryRoom): unknown => {
  const { dice, canaries } = room;
  const query = dice.pick<() => Record<string, string[]>>([
    () => ({}),
    () => ({ since: ['2026-11-24T00:00:00Z'], limit: [String(dice.integer(1, 5))] }),
    () => ({ to: [recipientIn(room)] }),
    () => ({ reference: ['order-1'] }),
    () => ({ to: [writtenNumber(dice, canaries.number())] }),
    () => ({ cursor: [canaries.text()], [canaries.number()]: [canaries.text()] }),
  ])();
  return {
    ...doorEvent({ body: null, headers: {}, requestContext: { requestId: randomUUID(), ...caller(room) } }),
    resource: '/v1/messages',
    multiValueQueryStringParameters: query,
  };
};

export const issuedKeys = ({ canaries }: CanaryRoom): readonly string[] =>
  canaries.all.filter(({ name }) => name === 'app key').map(({ value }) => value);

/** A request as the authorizer of the key door gets it. */
export const keyDoorRequest = (room: CanaryRoom): unknown => {
  const { dice, canaries } = room;
  const key = dice.pick([...issuedKeys(room), ...issuedKeys(room), canaries.secret('stray key'), '']);
  const [httpMethod, resource] = dice.pick([
    ['POST', '/v1/messages'],
    ['GET', '/v1/messages/{id}'],
    ['GET', '/v1/usage'],
    ['DELETE', '/v1/messages'],
  ]);
  return {
    methodArn: `arn:aws:execute-api:eu-central-1:111111111111:api/keyed/${httpMethod}${resource}`,
    resource,
    httpMethod,
    headers: { Authorization: dice.pick([`Bearer ${key}`, key]), ...(dice.chance(0.1) && BROWSER) },
    multiValueHeaders: null,
    requestContext: { requestId: randomUUID(), identity: { sourceIp: '198.51.100.7' } },
  };
};

const WORDS = ['STOP', 'start', 'Help'];

/** What people write, as a provider, or anybody, posts it to the receipt door. */
export const inbound = (room: CanaryRoom): unknown => {
  const { dice, canaries, provider } = room;
  const [from, text] = [recipientIn(room), dice.chance(0.5) ? dice.pick(WORDS) : canaries.text()];
  const sid = `SM${randomUUID().replaceAll('-', '')}`;
  const isJson = provider === 'infobip';
  const sms = { messageId: sid, from: from.slice(1), to: '15550100', text };
  const form = { MessageSid: sid, From: from, To: '+15550100', Body: text };
  const body = isJson ? JSON.stringify({ results: [sms] }) : new URLSearchParams(form).toString();
  return {
    headers: { 'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded' },
    body: dice.pick([body, body, body, canaries.text()]),
    isBase64Encoded: false,
    pathParameters: { path: dice.chance(0.8) ? room.inboundSecret() : canaries.secret('inbound secret') },
    requestContext: { requestId: randomUUID(), apiId: 'abc123', stage: 'receipts' },
  };
};

/** What a provider, or anybody, posts to the receipt door. */
export const receipt = (room: CanaryRoom): unknown => {
  const { dice, canaries, simulator, provider } = room;
  const id = someId(room);
  const secret = dice.chance(0.8) ? room.receiptSecret(id) : canaries.secret('receipt secret');
  const sid = dice.pick([simulator.messages().at(-1)?.id ?? '', canaries.number()]);
  const to = recipientIn(room);
  const form = { request_id: sid, MessageSid: sid, recipient: to, To: to, status: 'delivered', MessageStatus: 'sent' };
  const result = { messageId: sid, to, status: { groupId: 3, groupName: 'DELIVERED', name: canaries.text() } };
  const isJson = provider === 'infobip';
  const body = isJson ? JSON.stringify({ results: [result] }) : new URLSearchParams(form).toString();
  return {
    headers: { 'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded' },
    body: dice.pick([body, body, body, canaries.text()]),
    isBase64Encoded: false,
    pathParameters: { path: receiptPathOf({ id, secret }) },
    requestContext: { requestId: randomUUID() },
  };
};
