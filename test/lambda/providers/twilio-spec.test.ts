import { createTwilioProvider } from '../../../lambda/providers/twilio/adapter.ts';
import { createTwilioRecords } from '../../../lambda/providers/twilio/records.ts';
import { createTwilioCredentialManager } from '../../../lambda/providers/twilio/credential-manager.ts';
import type { HttpCall, HttpRequest } from '../../../lambda/shared/http.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { createTwilio } from '../../../local/simulators/twilio/provider.ts';
import { openApiJudge, type WireRequest } from '../../specs/openapi.ts';
import { simulatedHttp } from '../rotate-key/support/simulated-http.ts';
import { fixedClock, sms, template } from './support.ts';

const JUDGES = {
  'api.twilio.com': openApiJudge('twilio-messages.json'),
  'iam.twilio.com': openApiJudge('twilio-iam.json'),
  'pricing.twilio.com': openApiJudge('twilio-pricing.json'),
} as const;
const judgeOf = (url: URL | string) => JUDGES[new URL(url).host as keyof typeof JUDGES];
const content = `HX${'d'.repeat(32)}`;
const inTemplate = {
  ...template,
  content: { kind: 'template', template: content, language: 'en', params: ['7'] },
} as const;

/** The life of a key, and a message of each kind, every exchange judged on the way. */
const exchanges = async () => {
  const requests: HttpRequest[] = [];
  const wrong: string[] = [];
  const simulator = createTwilio(fixedClock);
  const inner = simulatedHttp(() => simulator);
  const http: HttpCall = async (request) => {
    requests.push(request);
    const judge = judgeOf(request.url);
    const result = await inner(request);
    wrong.push(...judge.request(request));
    if (result.kind === 'response' && result.status < 300) {
      const body: unknown = result.status === 204 ? undefined : JSON.parse(result.body);
      wrong.push(...judge.answer(request.method, new URL(request.url).pathname, result.status, body));
    }
    return result;
  };
  const manager = createTwilioCredentialManager({ http });
  const provider = createTwilioProvider({ http, clock: fixedClock });
  const managing = new SecretValue(JSON.stringify(simulator.account().managing));
  const binding = { name: 'keyroom-test', allowedAddresses: [], channels: ['sms'], validUntil: 0 } as const;
  await manager.checkManaging(managing);
  const { value, providerKeyId } = await manager.create(managing, binding);
  await manager.check(value, ['sms']);
  const outcomes = [
    await provider.send(sms, value, 6000),
    await provider.send({ ...sms, from: `MG${'c'.repeat(32)}` }, value, 6000),
    await provider.send(inTemplate, value, 6000),
    await provider.send({ ...inTemplate, content: { kind: 'text', text: 'hi' } }, value, 6000),
  ];
  const records = createTwilioRecords({ http, clock: fixedClock });
  const sought = { ...sms, sentAt: fixedClock.now(), providerMessageId: null };
  const { id } = simulator.messages()[0]!;
  await records.lookUp({ ...sought, providerMessageId: id }, value);
  await records.lookUp(sought, managing);
  await records.messages!.list({ from: fixedClock.now(), until: fixedClock.now() + 1000 }, managing);
  await records.balance(managing);
  await records.prices!(['AE'], managing);
  await manager.listLive(managing);
  await manager.revoke(managing, providerKeyId ?? '');
  return { requests, wrong, outcomes: outcomes.map(({ kind }) => kind) };
};

describe('Twilio’s own OpenAPI files', () => {
  test('find nothing wrong with a request of the room, nor with an answer of the simulator', async () => {
    const { requests, wrong, outcomes } = await exchanges();
    expect(wrong).toEqual([]);
    expect(outcomes).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
    expect(requests.map(({ method }) => method)).toEqual([
      'GET',
      'POST',
      'GET',
      'GET',
      'POST',
      'POST',
      'POST',
      'POST',
      ...Array.from({ length: 5 }, () => 'GET'),
      'GET',
      'DELETE',
    ]);
  });

  test.each([
    ['another host', { url: (url: string) => url.replace('api.', 'iam.') }, 'host https://iam.twilio.com'],
    ['no credentials', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 'not authenticated'],
    ['JSON', { headers: { authorization: 'Basic x', 'content-type': 'application/json' } }, 'content type'],
    ['a field nobody knows', { body: 'To=%2B1&Idempotency=1' }, 'additional properties'],
    ['no recipient', { body: 'Body=hi' }, "must have required property 'To'"],
    ['a ContentSid of another form', { body: 'To=%2B1&ContentSid=otp' }, 'pattern'],
    ['a number that is none', { body: 'To=%2B1&ValidityPeriod=soon' }, 'must be integer'],
    ['an account of another form', { url: (url: string) => url.replace(/AC[0-9a-f]+/, 'AC1') }, 'AccountSid'],
    ['a query parameter nobody knows', { url: (url: string) => `${url}?Sandbox=1` }, 'Sandbox is not known'],
    ['a path nobody knows', { url: (url: string) => url.replace('.json', '') }, 'is not described'],
  ])('fail when a message is sent with %s', async (_, change, complaint) => {
    const { requests } = await exchanges();
    const sent = requests.find(({ method, url }) => method === 'POST' && String(url).includes('/Messages'))!;
    const { url, ...more } = { url: (same: string) => same, ...change };
    const changed: WireRequest = { ...sent, ...more, url: url(String(sent.url)) };
    expect(JUDGES['api.twilio.com'].request(changed).join('; ')).toContain(complaint);
  });

  test('fail when an answer has a field nobody knows', () => {
    expect(
      JUDGES['iam.twilio.com'].answer('POST', '/v1/Keys', 201, { sid: `SK${'a'.repeat(32)}`, token: 'x' }),
    ).not.toEqual([]);
  });
});
