import { createSimulatedClock } from '../../../local/simulators/clock.ts';
import { createD7 } from '../../../local/simulators/d7/provider.ts';
import { createInfobip } from '../../../local/simulators/infobip/provider.ts';
import type { ProviderCall, ProviderReply } from '../../../local/simulators/provider.ts';
import { at, textAt } from './support/client.ts';

// A standing clock: windows of a second or a minute must not turn while a test runs.
const standing = () => createSimulatedClock({ now: () => Date.parse('2026-01-01T00:00:00Z') });
const USER = { username: 'user', password: 'password' };
const BASIC = `Basic ${Buffer.from('user:password').toString('base64')}`;
const ask = (method: string, path: string, authorization: string, body?: unknown): ProviderCall => ({
  method,
  path,
  query: new URLSearchParams(),
  authorization,
  body,
  encoding: body === undefined ? 'none' : 'json',
  source: '203.0.113.10',
});

describe('a provider without a network', () => {
  const repeat = (count: number, call: () => ProviderReply): number[] =>
    Array.from({ length: count }, () => call().status);

  test('Infobip allows 40 creations and, apart from them, 40 updates a day', () => {
    const clock = standing();
    const infobip = createInfobip(clock, USER);
    const create = () => infobip.handle(ask('POST', '/settings/2/api-keys', BASIC, { name: 'key' }));
    const id = textAt(create().body, 'id');
    const update = () => infobip.handle(ask('PUT', `/settings/2/api-keys/${id}`, BASIC, { enabled: true }));
    expect(repeat(40, create)).toEqual([...(Array(39).fill(200) as number[]), 429]);
    expect(repeat(41, update)).toEqual([...(Array(40).fill(200) as number[]), 429]);
    clock.advance(86_400);
    expect([create().status, update().status]).toEqual([200, 200]);
  });

  test('Infobip allows 10 looks at the keys a second and 120 at the logs a minute', () => {
    const clock = standing();
    const infobip = createInfobip(clock, USER);
    const keys = () => infobip.handle(ask('GET', '/settings/2/api-keys', BASIC));
    const logs = () => infobip.handle(ask('GET', '/sms/3/logs', BASIC));
    expect(repeat(11, keys).filter((status) => status === 429)).toHaveLength(1);
    expect(repeat(121, logs).filter((status) => status === 429)).toHaveLength(1);
    clock.advance(1);
    expect([keys().status, logs().status]).toEqual([200, 429]);
    clock.advance(59);
    expect(logs().status).toBe(200);
  });

  test('both answer 429 above the rate a test sets, in their own form', () => {
    const clock = standing();
    const [d7, infobip] = [createD7(clock), createInfobip(clock, USER)];
    d7.changeAccount({ requestsPerSecond: 1 });
    infobip.changeAccount({ requestsPerSecond: 1 });
    const balance = () => d7.handle(ask('GET', '/messages/v1/balance', ''));
    const whatsApp = () => infobip.handle(ask('POST', '/whatsapp/1/message/template', BASIC, {}));
    expect([balance().status, balance().status]).toEqual([401, 429]);
    expect(whatsApp().status).toBe(400);
    expect(at(whatsApp().body, 'requestError', 'serviceException', 'messageId')).toBe('TOO_MANY_REQUESTS');
    clock.advance(1);
    expect([balance().status, whatsApp().status]).toEqual([401, 400]);
  });

  test('keys and passwords are random unless given', () => {
    const managing = [createD7(standing()), createD7(standing())].map((d7) => d7.account().managing);
    expect(managing[0]).not.toEqual(managing[1]);
  });
});
