import { randomBytes, randomInt } from 'node:crypto';
import { LOCAL } from '../../lib/config/local.ts';

/** Numbers the local rooms may message: reserved for examples or fiction, so that nobody owns them. */
const RECIPIENT = '+971500000001';
/** New in every run, so that a find can only come from this one. */
const CODE = String(randomInt(100_000_000, 999_999_999));
const WORD = randomBytes(6).toString('hex');
const TEXTS = {
  code: `Your code is ${CODE}`,
  notice: `Your parcel ${WORD} is on its way`,
  burst: `Burst ${WORD} of messages`,
} as const;

/** What every message of the story carries and no log, metric, alarm or page may hold. */
export const PERSONAL_DATA = [
  { name: 'phone number', value: RECIPIENT },
  { name: 'phone number, digits', value: RECIPIENT.slice(1) },
  { name: 'phone number, national', value: RECIPIENT.slice(4) },
  { name: 'one-time code', value: CODE },
  { name: 'word of a text', value: WORD },
  ...Object.entries(TEXTS).map(([name, value]) => ({ name: `text (${name})`, value })),
];

/** A parcel notice by SMS. */
export const notice = (mark = ''): Record<string, unknown> => sms(`${TEXTS.notice} ${mark}`);

/** One of very many. */
export const burst = (mark = ''): Record<string, unknown> => sms(`${TEXTS.burst} ${mark}`);

/** What an app sends that nobody attacks. */
export const help = (mark = ''): Record<string, unknown> => ({ ...notice(mark), from: 'AcmeHelp' });

const prices = LOCAL.rooms.otp?.prices;

/** What one SMS to the recipient costs at most, as the room counts. */
export const PRICE = { amount: Number(prices?.ceilings.AE?.sms), currency: prices?.currency ?? '' } as const;

/** One of many one-time codes. */
export const code = (mark = ''): Record<string, unknown> => sms(`${TEXTS.code} ${mark}`);

/** A one-time code by SMS. */
export const sms = (text: string = TEXTS.code): Record<string, unknown> => ({
  channel: 'sms',
  to: RECIPIENT,
  from: 'Acme',
  text,
  category: 'otp',
});

/** A one-time code through a logical WhatsApp template. */
export const whatsApp = (): Record<string, unknown> => ({
  channel: 'whatsapp',
  to: RECIPIENT,
  from: '+971500009999',
  template: { name: 'otp', language: 'en', params: { code: CODE } },
  category: 'otp',
});
