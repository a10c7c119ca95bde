/** How bad an alarm is: something must be done now, or in working hours. */
export const SEVERITIES = ['page', 'ticket'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * - `text`: a chat that takes `{"text": "…"}`, as Slack's incoming webhooks do. - `pagerduty`: PagerDuty's Events API v2. -
 * `json`: anything else, with the fields that `docs/on-call.md` lists.
 */
export const SUBSCRIBER_KINDS = ['text', 'pagerduty', 'json'] as const;
export type SubscriberKind = (typeof SUBSCRIBER_KINDS)[number];

/** Where texts go beside e-mail. Its URL and its key are credentials. */
export interface Subscriber {
  readonly name: string;
  readonly kind: SubscriberKind;
  /** `https:` only. */
  readonly url: string;
  /** PagerDuty's integration key; no other kind has one. */
  readonly routingKey?: string;
  readonly severities: readonly Severity[];
}

/** https://developer.pagerduty.com/docs/send-alert-event */
const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';
const MOST_SUBSCRIBERS = 10;
const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const FIELDS = ['kind', 'url', 'routingKey', 'severities'];

export type SubscribersRead =
  | { readonly ok: true; readonly subscribers: readonly Subscriber[] }
  /** `why` never shows a value. */
  | { readonly ok: false; readonly why: string };

/**
 * Subscribers as a person writes them: a JSON object by name, such as
 * `{"chat": {"kind": "text", "url": "https://…", "severities": ["page", "ticket"]}}`; pages alone where nothing is said.
 */
export const readSubscribers = (text: string): SubscribersRead => {
  const parsed = objectIn(text);
  if (parsed === undefined) return wrong('it must be a JSON object of subscribers by name');
  const entries = Object.entries(parsed);
  if (entries.length > MOST_SUBSCRIBERS) return wrong(`at most ${MOST_SUBSCRIBERS} subscribers, got ${entries.length}`);
  const subscribers: Subscriber[] = [];
  for (const [index, [name, value]] of entries.entries()) {
    // A name that is none may be a URL in the wrong place.
    if (!NAME.test(name)) return wrong(`the name of subscriber ${index + 1} must be 1 to 32 of a-z, 0-9, -`);
    const read = readOne(name, value);
    if (typeof read === 'string') return wrong(`subscriber ${name}: ${read}`);
    subscribers.push(read);
  }
  return { ok: true, subscribers };
};

const wrong = (why: string): SubscribersRead => ({ ok: false, why });

const objectIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    // The parser's message quotes the text.
    return undefined;
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The subscriber, or what is wrong with it. */
const readOne = (name: string, value: unknown): Subscriber | string => {
  if (!isObject(value) || Object.keys(value).some((field) => !FIELDS.includes(field))) {
    return `it must be an object with ${FIELDS.join(', ')} and nothing else`;
  }
  const kind = SUBSCRIBER_KINDS.find((known) => known === value.kind);
  if (kind === undefined) return `kind must be one of ${SUBSCRIBER_KINDS.join(', ')}`;
  const { url = kind === 'pagerduty' ? PAGERDUTY_URL : undefined, routingKey, severities = ['page'] } = value;
  if (typeof url !== 'string' || !isHttps(url)) return 'url must be an address that begins with https://';
  if (kind === 'pagerduty' && !(typeof routingKey === 'string' && routingKey !== '')) return 'routingKey is missing';
  if (kind !== 'pagerduty' && routingKey !== undefined) return 'routingKey is for the kind pagerduty only';
  if (!isSeverities(severities)) return `severities must be a list of ${SEVERITIES.join(', ')}`;
  return { name, kind, url, severities, ...(typeof routingKey === 'string' && { routingKey }) };
};

const isHttps = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === 'https:';

const isSeverities = (value: unknown): value is readonly Severity[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => SEVERITIES.some((known) => known === each));
