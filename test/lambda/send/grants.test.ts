import { checkGrants } from '../../../lambda/send/grants.ts';
import { readRequest } from '../../../lambda/send/request.ts';
import type { AppPolicy, RoomPolicy } from '../../../lambda/shared/contract.ts';
import { APP, ROOM, SMS } from '../support/room.ts';

const OTP = {
  channel: 'whatsapp',
  to: SMS.to,
  from: '+97140000000',
  template: { name: 'otp', language: 'en', params: { minutes: '5', code: '123456' } },
};

const VIBER_APP = { ...APP, channels: ['sms', 'viber'], senders: { sms: ['Acme'], viber: ['Acme Shop'] } } as const;

const check = (body: object, room: RoomPolicy = ROOM, app: AppPolicy = APP) => {
  const read = readRequest(body);
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  const result = checkGrants(room, app, read.request);
  return result.ok ? result.granted : { code: result.problem.code, ...result.problem.document };
};

describe('checkGrants', () => {
  test('grants a text with its segments', () => {
    expect(check(SMS)).toEqual({
      to: SMS.to,
      from: 'Acme',
      country: 'AE',
      content: { kind: 'text', text: SMS.text },
      segments: 1,
      cost: null,
    });
  });

  test.each([
    ['channel-not-allowed', 'channel', SMS, { ...APP, channels: ['whatsapp'] as const }],
    ['sender-not-allowed', 'from', { ...SMS, from: 'acme' }, APP],
    ['sender-not-allowed', 'from', { ...SMS, from: '+97140000000' }, APP],
    ['country-not-allowed', 'to', { ...SMS, to: '+4915112345678' }, APP],
  ])('refuses with %s, naming %s and what is allowed', (code, field, body, app) => {
    const refused = check(body, ROOM, app);
    expect(refused).toMatchObject({ code, field, status: 403, sent: false });
    expect('allowed' in refused && refused.allowed).toBeInstanceOf(Array);
  });

  test.each([
    ['sms', SMS, 'Acme'],
    ['whatsapp', OTP, '+97140000000'],
  ])('takes the only sender on %s where the request names none', (_channel, body, from) => {
    expect(check({ ...body, from: undefined })).toMatchObject({ from });
  });

  test.each([
    ['several senders', ['Acme', 'Acme2']],
    ['no sender', []],
  ])('asks for the sender where the app has %s on the channel, naming the allowed ones', (_what, sms) => {
    const app = { ...APP, senders: { ...APP.senders, sms } };
    expect(check({ ...SMS, from: undefined }, ROOM, app)).toMatchObject({
      code: 'invalid-request',
      field: 'from',
      allowed: sms,
      status: 400,
    });
    expect(check({ ...SMS, from: 'Other' }, ROOM, app)).toMatchObject({ code: 'sender-not-allowed', allowed: sms });
  });

  test.each(['971500000001', '+97150', '+12025550123456', '+0971500000001', '+971 50 000 0001', ' +971500000001'])(
    'refuses the number %p without repeating it',
    (to) => {
      const refused = check({ ...SMS, to });
      expect(refused).toMatchObject({ code: 'invalid-request', field: 'to', status: 400 });
      expect(JSON.stringify(refused)).not.toContain(to);
    },
  );

  test.each([
    ['international freephone', '+80012345678'],
    ['an area of the North American plan that nobody has', '+19995550123'],
  ])('refuses %s: no country can be told, so none that is granted', (_what, to) => {
    const app = { ...APP, countries: ['AE', 'US'] };
    expect(check({ ...SMS, to }, ROOM, app)).toMatchObject({ code: 'country-not-allowed' });
  });

  test.each([
    ['premium-rate', '+448712345678'],
    ['satellite', '+882312345678'],
  ])('refuses a %s number before it looks at the country, unless the app may message them', (type, to) => {
    const app = { ...APP, countries: ['GB'] };
    const refused = check({ ...SMS, to }, ROOM, app);
    expect(refused).toMatchObject({ code: 'number-type-not-allowed', field: 'to', status: 403 });
    expect(JSON.stringify(refused)).toContain(type);
    expect(JSON.stringify(refused)).not.toContain(to.slice(1));
    const allowed = check({ ...SMS, to }, ROOM, { ...app, numberTypes: ['premium-rate', 'satellite'] });
    expect(allowed).toMatchObject(type === 'satellite' ? { code: 'country-not-allowed' } : { country: 'GB' });
  });

  test('hints at how a national number is written, without repeating it', () => {
    const refused = check({ ...SMS, to: '0501234567' });
    expect(refused).toMatchObject({ code: 'invalid-request', field: 'to' });
    expect(JSON.stringify(refused)).toContain('begins with +971 in place of the leading 0');
    expect(JSON.stringify(refused)).not.toContain('1234567');
  });

  test('counts a number of no assigned range for the main country of its code', () => {
    expect(check({ ...SMS, to: '+447700900123' }, ROOM, { ...APP, countries: ['GB'] })).toMatchObject({
      country: 'GB',
    });
  });

  test('messages listed numbers only where the room has a list, and does not tell the list', () => {
    const room = { ...ROOM, onlyRecipients: ['+971500000009'] };
    const refused = check(SMS, room);
    expect(refused).toMatchObject({ code: 'recipient-not-allowed', status: 403 });
    expect(JSON.stringify(refused)).not.toContain('500000009');
    expect(check({ ...SMS, to: '+971500000009' }, room)).toMatchObject({ to: '+971500000009' });
    expect(check(SMS, { ...ROOM, onlyRecipients: [] })).toMatchObject({ code: 'recipient-not-allowed' });
  });

  test('counts segments in GSM-7 and UCS-2 against the limit of the app', () => {
    expect(check({ ...SMS, text: 'x'.repeat(459) })).toMatchObject({ segments: 3 });
    expect(check({ ...SMS, text: 'x'.repeat(460) })).toMatchObject({
      code: 'invalid-request',
      field: 'text',
      detail: 'the text takes 4 segments, and 3 are allowed',
    });
    expect(check({ ...SMS, text: 'ش'.repeat(201) })).toMatchObject({ segments: 3 });
    expect(check({ ...SMS, text: 'ش'.repeat(202) })).toMatchObject({ code: 'invalid-request', field: 'text' });
  });

  test('maps a template to the provider, with the values in the order the provider expects', () => {
    expect(check(OTP)).toEqual({
      to: SMS.to,
      from: OTP.from,
      country: 'AE',
      content: { kind: 'template', template: 'otp_v2', language: 'en', params: ['123456', '5'] },
      segments: null,
      cost: null,
    });
  });

  test.each([
    ['template.name', { name: 'other', language: 'en' }, ['otp']],
    ['template.name', { name: 'toString', language: 'en' }, ['otp']],
    ['template.language', { name: 'otp', language: 'de' }, ['en', 'ar']],
    ['template.params', { name: 'otp', language: 'en' }, ['code', 'minutes']],
    ['template.params', { name: 'otp', language: 'en', params: { code: '1' } }, ['code', 'minutes']],
    [
      'template.params',
      { name: 'otp', language: 'en', params: { code: '1', minutes: '5', x: '' } },
      ['code', 'minutes'],
    ],
  ])('refuses a template with a wrong %s', (field, template, allowed) => {
    expect(check({ ...OTP, template })).toMatchObject({ code: 'invalid-request', field, allowed });
  });

  test.each([
    ['sms', 'Acme'],
    ['viber', 'Acme Shop'],
  ])('refuses a template over %s', (channel, from) => {
    expect(check({ ...OTP, channel, from }, ROOM, VIBER_APP)).toMatchObject({
      code: 'invalid-request',
      field: 'template',
      allowed: `no template on ${channel}: give text instead`,
    });
  });

  test('takes a text of 1000 UTF-16 code units over Viber, which has no segments, and no longer one', () => {
    const over = (text: string) => check({ ...SMS, channel: 'viber', from: 'Acme Shop', text }, ROOM, VIBER_APP);
    expect(over('😀'.repeat(500))).toMatchObject({ from: 'Acme Shop', segments: null });
    expect(over('x'.repeat(1001))).toMatchObject({
      code: 'invalid-request',
      field: 'text',
      allowed: 'at most 1000 characters on viber',
    });
    expect(over('😀'.repeat(501))).toMatchObject({ code: 'invalid-request', field: 'text' });
  });
});
