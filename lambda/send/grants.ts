import type { AppPolicy, RoomPolicy } from '../shared/contract.ts';
import type { MessageContent } from '../shared/messaging-provider.ts';
import { type Cost, costOf } from '../shared/money.ts';
import { hintFor, readPhoneNumber } from '../shared/phone.ts';
import { problem, type Problem } from '../shared/problem.ts';
import { segmentsOf, tooManySegments } from '../shared/segments.ts';
import type { SendRequest } from './request.ts';

/** A request the app may make, in the room's terms. */
export interface Granted {
  readonly to: string;
  readonly from: string;
  readonly country: string;
  readonly content: MessageContent;
  /** `null` where the channel has none. */
  readonly segments: number | null;
  /** `null` where the room has no price for it. */
  readonly cost: Cost | null;
}

/** What a request came to when it was held against the grants. */
export type GrantResult =
  { readonly ok: true; readonly granted: Granted } | { readonly ok: false; readonly problem: Problem };

/** Checks a request against what the room grants to the app. Everything not granted is refused. */
export const checkGrants = (room: RoomPolicy, app: AppPolicy, request: SendRequest): GrantResult => {
  const { channel, to } = request;
  if (!app.channels.includes(channel)) {
    return refuse('channel-not-allowed', 'channel', app.channels, 'the app may not use this channel');
  }
  const senders = app.senders[channel] ?? [];
  const from = request.from ?? (senders.length === 1 ? senders[0] : undefined);
  if (from === undefined) {
    return refuse(
      'invalid-request',
      'from',
      senders,
      `required, as the app has ${senders.length} senders on ${channel}`,
    );
  }
  if (!senders.includes(from)) {
    return refuse('sender-not-allowed', 'from', senders, `the app may not send as this sender on ${channel}`);
  }
  const number = readPhoneNumber(to);
  if (number === undefined) {
    const hint = hintFor(to, app.homeCountry);
    return refuse(
      'invalid-request',
      'to',
      'E.164: a plus sign, the country code and the number, digits only',
      hint === undefined ? 'to is not a number that can exist' : `to is not in E.164: ${hint}`,
    );
  }
  const { country, type } = number;
  if (type !== null && !app.numberTypes.includes(type)) {
    return refuse(
      'number-type-not-allowed',
      'to',
      'a fixed-line or mobile number',
      `the app may not send to ${type} numbers`,
    );
  }
  if (country === null || !app.countries.includes(country)) {
    return refuse(
      'country-not-allowed',
      'to',
      app.countries,
      `the app may not send to ${country ?? 'this kind of number'}`,
    );
  }
  // The listed numbers are people's: they are not told to whoever asks.
  if (room.onlyRecipients !== null && !room.onlyRecipients.includes(to)) {
    return refuse(
      'recipient-not-allowed',
      'to',
      'a number listed in onlyRecipients',
      'the room does not list this number',
    );
  }
  return contentOf(room, app, request, { to, from, country });
};

/**
 * Longest text on Viber, in UTF-16 code units, which are never fewer than characters.
 *
 * Infobip's OpenAPI 3.210.0, `ViberOutboundTextContent`; D7 splits a longer one and charges each part:
 * https://d7networks.com/docs/Viber/Send_Viber_Message/
 */
const VIBER_CHARACTERS = 1000;

const contentOf = (
  room: RoomPolicy,
  app: AppPolicy,
  { channel, text, template }: SendRequest,
  addressed: Pick<Granted, 'to' | 'from' | 'country'>,
): GrantResult => {
  if (text !== undefined) {
    if (channel === 'viber' && text.length > VIBER_CHARACTERS) {
      return refuse(
        'invalid-request',
        'text',
        `at most ${VIBER_CHARACTERS} characters on viber`,
        `the text has more than ${VIBER_CHARACTERS} characters`,
      );
    }
    const most = app.limits.segmentsPerMessage;
    const segments = channel === 'sms' ? segmentsOf(text, most) : null;
    if (segments === undefined) {
      return refuse(
        'invalid-request',
        'text',
        `at most ${most} segments of 153 characters of GSM-7, or of 67 UTF-16 code units where another is among them`,
        `the text takes ${tooManySegments(text, most)} segments, and ${most} are allowed`,
      );
    }
    const cost = costOf(room.prices, addressed.country, channel, segments);
    return { ok: true, granted: { ...addressed, content: { kind: 'text', text }, segments, cost } };
  }
  if (template === undefined || channel !== 'whatsapp') {
    return refuse(
      'invalid-request',
      'template',
      `no template on ${channel}: give text instead`,
      'templates exist on the channel whatsapp only',
    );
  }
  const mapping = Object.hasOwn(room.templates, template.name) ? room.templates[template.name] : undefined;
  if (mapping === undefined) {
    return refuse('invalid-request', 'template.name', Object.keys(room.templates), 'the room has no such template');
  }
  if (!mapping.languages.includes(template.language)) {
    return refuse('invalid-request', 'template.language', mapping.languages, 'the template has no such language');
  }
  const given = template.params ?? {};
  const params = mapping.params.flatMap((name) => (Object.hasOwn(given, name) ? (given[name] ?? []) : []));
  if (params.length !== mapping.params.length || Object.keys(given).length !== mapping.params.length) {
    return refuse('invalid-request', 'template.params', mapping.params, 'params must be exactly those of the template');
  }
  const content = {
    kind: 'template',
    template: mapping.providerTemplate,
    language: template.language,
    params,
  } as const;
  const cost = costOf(room.prices, addressed.country, channel, null);
  return { ok: true, granted: { ...addressed, content, segments: null, cost } };
};

const refuse = (
  code: Problem['code'],
  field: string,
  allowed: string | readonly string[],
  detail: string,
): { ok: false; problem: Problem } => ({
  ok: false,
  problem: problem(code, { field, allowed: typeof allowed === 'string' ? allowed : [...allowed], detail }),
});
