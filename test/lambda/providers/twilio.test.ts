import { createTwilioProvider } from '../../../lambda/providers/twilio/adapter.ts';
import { basicOf, twilioCredential, twilioKeyOf } from '../../../lambda/providers/twilio/api-key.ts';
import { CredentialFormatError } from '../../../lambda/shared/credential-manager.ts';
import type { HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { answering, CANARY, COMMON, fixedClock, response, sms, template } from './support.ts';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const SERVICE = `MG${'c'.repeat(32)}`;
const CONTENT = `HX${'d'.repeat(32)}`;
const SID = `SM${'e'.repeat(32)}`;
const KEY = twilioCredential(ACCOUNT, `SK${'b'.repeat(32)}`, 'secret');
const fromContent = { ...template, content: { ...template.content, template: CONTENT } } as typeof template;

const send = async (result: HttpResult, message = sms, key: SecretValue | null = KEY) => {
  const { http, requests } = answering(result);
  const outcome = await createTwilioProvider({ http, clock: fixedClock }).send(message, key, 6000);
  return { outcome, request: requests[0], calls: requests.length };
};

const created = (status: unknown = 'queued', more: object = {}) => response(201, { sid: SID, status, ...more });
const refused = (status: number, code: number) =>
  response(status, { code, message: CANARY, more_info: CANARY, status });
const formOf = (request: HttpRequest | undefined) => Object.fromEntries(new URLSearchParams(request?.body));

describe('createTwilioProvider', () => {
  test('sends an SMS as documented', async () => {
    const { outcome, request } = await send(created());
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: SID });
    expect(request).toMatchObject({
      method: 'POST',
      url: `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages.json`,
      headers: { authorization: basicOf(twilioKeyOf(KEY)), 'content-type': 'application/x-www-form-urlencoded' },
      timeoutMs: 6000,
    });
    expect(formOf(request)).toEqual({ To: '+971500000001', From: 'Acme', Body: 'Your code is 123456' });
  });

  test.each([
    ['a Messaging Service', SERVICE, { MessagingServiceSid: SERVICE }],
    ['a name that only begins like one', 'MGM', { From: 'MGM' }],
  ])('sends as %s', async (_, from, sender) => {
    const { request } = await send(created(), { ...sms, from });
    expect(formOf(request)).toEqual({ To: '+971500000001', ...sender, Body: 'Your code is 123456' });
  });

  test('sends a WhatsApp template by its ContentSid, its variables numbered from 1', async () => {
    const { request } = await send(created(), fromContent);
    const { ContentVariables, ...form } = formOf(request);
    expect(form).toEqual({ To: 'whatsapp:+971500000001', From: 'whatsapp:+971500000000', ContentSid: CONTENT });
    expect(JSON.parse(ContentVariables ?? '')).toEqual({ 1: '123456', 2: 'Ann' });
  });

  test('sends a template without parameters without variables', async () => {
    const content = { kind: 'template', template: CONTENT, language: 'en', params: [] } as const;
    expect(formOf((await send(created(), { ...template, content })).request)).not.toHaveProperty('ContentVariables');
  });

  test('sends a WhatsApp text', async () => {
    const { request } = await send(created(), { ...template, content: { kind: 'text', text: 'hi & bye' } });
    expect(formOf(request)).toEqual({
      To: 'whatsapp:+971500000001',
      From: 'whatsapp:+971500000000',
      Body: 'hi & bye',
    });
  });

  test('rejects a template as SMS, without a call', async () => {
    const { outcome, calls } = await send(created(), { ...fromContent, channel: 'sms' });
    expect([outcome, calls]).toMatchObject([{ kind: 'rejected', code: 'content-not-supported' }, 0]);
  });

  test.each(COMMON)('%s', async (_, result, outcome) => {
    expect((await send(result)).outcome).toMatchObject(outcome);
  });

  test.each([
    ['20003 with 401', refused(401, 20003), { kind: 'key-refused', reason: 'unauthorized' }],
    ['20003 with 403', refused(403, 20003), { kind: 'key-refused', reason: 'unauthorized' }],
    ['20005: no money', refused(403, 20005), { kind: 'not-sent', reason: 'account-not-active' }],
    ['20429', refused(429, 20429), { kind: 'not-sent', reason: 'too-many-requests' }],
    ['20404: another account’s path', refused(404, 20404), { kind: 'not-sent', reason: 'http-404' }],
    ['21211', refused(400, 21211), { kind: 'rejected', code: 'invalid-recipient' }],
    ['21408 with 403', refused(403, 21408), { kind: 'rejected', code: 'country-not-enabled' }],
    ['21610', refused(400, 21610), { kind: 'rejected', code: 'destination-opted-out' }],
    ['21611: too many wait', refused(400, 21611), { kind: 'not-sent', reason: 'sender-queue-full' }],
    ['21612', refused(400, 21612), { kind: 'rejected', code: 'route-missing' }],
    ['a code nobody knows', refused(400, 29999), { kind: 'rejected', code: 'twilio-29999' }],
    ['63017: WhatsApp’s own rate', refused(400, 63017), { kind: 'not-sent', reason: 'too-many-requests' }],
    ['70051: no permission', refused(403, 70051), { kind: 'not-sent', reason: 'key-lacks-permission' }],
    ['20500 with 500', refused(500, 20500), { kind: 'unknown', reason: 'http-500' }],
    ['401 without a code', response(401, CANARY), { kind: 'key-refused', reason: 'unauthorized' }],
  ])('%s', async (_, result, outcome) => {
    const got = (await send(result)).outcome;
    expect(got).toMatchObject(outcome);
    expect(JSON.stringify(got)).not.toContain(CANARY);
  });

  test.each(['accepted', 'scheduled', 'queued', 'sending', 'sent', 'delivered', 'read'])(
    'a message that is %s was taken',
    async (status) => {
      expect((await send(created(status))).outcome).toEqual({ kind: 'accepted', providerMessageId: SID });
    },
  );

  test.each([
    ['failed at once', created('failed', { error_code: 21610 }), { kind: 'rejected', code: 'destination-opted-out' }],
    ['failed without a code', created('failed', { error_code: null }), { kind: 'rejected', code: 'refused' }],
    ['has a status nobody knows', created('lost'), { kind: 'unknown', reason: 'answer-status-unexpected' }],
    ['has no SID', response(201, { status: 'queued' }), { kind: 'unknown', reason: 'answer-unreadable' }],
    ['has something else for a SID', response(201, { sid: CANARY, status: 'queued' }), { kind: 'unknown' }],
  ])('a message that %s', async (_, result, outcome) => {
    expect((await send(result)).outcome).toMatchObject(outcome);
  });

  test.each([
    ['there is no key', null],
    ['the secret is not JSON', new SecretValue(CANARY)],
    ['the account is no SID', twilioCredential('../AC', `SK${'b'.repeat(32)}`, 'secret')],
    ['the secret has a line break', twilioCredential(ACCOUNT, `SK${'b'.repeat(32)}`, 'a\nb')],
  ])('fails when %s, without a call', async (_, key) => {
    const { outcome, calls } = await send(created(), sms, key);
    expect([outcome, calls]).toEqual([{ kind: 'key-refused', reason: 'credential-malformed' }, 0]);
  });
});

describe('a credential of Twilio', () => {
  test('fails when it is malformed, with a named error that does not show it', () => {
    const read = () => twilioKeyOf(new SecretValue(`{"accountSid": "${CANARY}"}`));
    expect(read).toThrow(CredentialFormatError);
    expect(read).not.toThrow(new RegExp(CANARY));
  });

  test('has the field names of AWS’s own secret type', () => {
    expect(Object.keys(JSON.parse(KEY.reveal()) as object)).toEqual(['accountSid', 'apiKeySid', 'apiKeySecret']);
  });
});
