import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { HttpCall } from '../shared/http.ts';
import type { SecretStore } from '../shared/secret-store.ts';
import { BODIES } from './bodies.ts';
import { SEVERITY_ATTRIBUTE } from './contract.ts';
import type { Page } from './use-cases/page.ts';
import type { Delivered, Recipient, Recipients } from './ports.ts';
import { readSubscribers, SEVERITIES, type Subscriber } from './subscribers-contract.ts';

/** A webhook that has not answered by then is tried again. */
const TIMEOUT_MS = 4000;
/** What may pass by itself, beside every 5xx: https://developer.pagerduty.com/docs/events-api-v2-overview */
const PASSING = [408, 425, 429];
/** Longest subject of an e-mail: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MOST_SUBJECT = 100;

/** Publishes on a topic. @throws whatever the client throws */
export type Publish = (input: PublishCommandInput) => Promise<unknown>;

/** People who get the text by e-mail: those who are subscribed to the topic of texts. */
export const mailOf = (publish: Publish, topicArn: string): Recipient => ({
  name: 'mail',
  severities: SEVERITIES,
  deliver: async (page) => {
    try {
      await publish({
        TopicArn: topicArn,
        Subject: page.title.slice(0, MOST_SUBJECT),
        Message: page.text,
        MessageAttributes: { [SEVERITY_ATTRIBUTE]: { DataType: 'String', StringValue: page.severity } },
      });
      return { ok: true };
    } catch {
      // The client's error quotes the request.
      return { ok: false, retryable: true, code: 'not-published' };
    }
  },
});

/** Chats and pagers, as the secret says; one that is not filled yet names none. */
export const subscribersIn = async (secret: SecretStore, http: HttpCall): Promise<Omit<Recipients, 'mail'>> => {
  const read = await secret.read('AWSCURRENT');
  if (read.kind === 'absent') return { chats: [], missing: null };
  if (read.kind !== 'value') return { chats: [], missing: `subscribers-${read.kind}` };
  const known = readSubscribers(read.value.reveal());
  if (!known.ok) return { chats: [], missing: 'subscribers-not-readable' };
  return { chats: known.subscribers.map((subscriber) => webhookOf(http, subscriber)), missing: null };
};

const webhookOf = (http: HttpCall, subscriber: Subscriber): Recipient => ({
  name: subscriber.name,
  severities: subscriber.severities,
  deliver: (page: Page) => post(http, subscriber, page),
});

const post = async (http: HttpCall, subscriber: Subscriber, page: Page): Promise<Delivered> => {
  const result = await http({
    method: 'POST',
    url: subscriber.url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(BODIES[subscriber.kind](page, subscriber)),
    timeoutMs: TIMEOUT_MS,
  });
  if (result.kind !== 'response') return { ok: false, retryable: true, code: result.cause };
  const { status } = result;
  if (status >= 200 && status < 300) return { ok: true };
  return { ok: false, retryable: status >= 500 || PASSING.includes(status), code: `status-${status}` };
};
