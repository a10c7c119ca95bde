import type { Page } from '../../../lambda/notify/use-cases/page.ts';
import { pageOf } from '../../../lambda/notify/use-cases/page.ts';
import { mailOf, subscribersIn } from '../../../lambda/notify/recipients.ts';
import type { HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import type { SecretRead } from '../../../lambda/shared/secret-store.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { change, createPorts } from './support/ports.ts';

const pageFor = (overrides: Parameters<typeof change>[0] = {}): Page =>
  pageOf(change(overrides), 'new', undefined, createPorts([]).ports);
const value = (text: string): SecretRead => ({
  kind: 'value',
  value: new SecretValue(text),
  versionId: 'v',
  createdAt: 0,
});
const SUBSCRIBERS = {
  chat: { kind: 'text', url: 'https://chat.example/hook' },
  duty: { kind: 'pagerduty', routingKey: 'routing-key' },
  other: { kind: 'json', url: 'https://other.example/hook', severities: ['ticket'] },
};

/** What each subscriber is posted, and what it makes of the answer. */
const posting = async (page: Page, answer: HttpResult = { kind: 'response', status: 200, headers: {}, body: 'ok' }) => {
  const requests: HttpRequest[] = [];
  const http = (request: HttpRequest) => (requests.push(request), Promise.resolve(answer));
  const { chats: all } = await subscribersIn({ read: () => Promise.resolve(value(JSON.stringify(SUBSCRIBERS))) }, http);
  const results = await Promise.all(all.map((recipient) => recipient.deliver(page)));
  return {
    all,
    results,
    requests,
    bodies: requests.map(({ body = '' }) => JSON.parse(body) as Record<string, unknown>),
  };
};

describe('subscribersIn', () => {
  test('posts what each kind takes to its address', async () => {
    const page = pageFor();
    const { all, requests, bodies } = await posting(page);
    expect(all.map(({ name, severities }) => [name, severities])).toEqual([
      ['chat', ['page']],
      ['duty', ['page']],
      ['other', ['ticket']],
    ]);
    expect(requests.map(({ url }) => url)).toEqual([
      'https://chat.example/hook',
      'https://events.pagerduty.com/v2/enqueue',
      'https://other.example/hook',
    ]);
    expect(bodies[0]).toEqual({ text: page.text });
    expect(bodies[1]).toEqual({
      routing_key: 'routing-key',
      event_action: 'trigger',
      dedup_key: 'keyroom-production-otp-volume-ceiling',
      payload: {
        summary: page.title,
        source: 'keyroom/production/otp',
        severity: 'critical',
        timestamp: '2026-11-24T03:12:05.000Z',
        component: 'otp',
        group: 'production',
        class: 'volume-ceiling',
        custom_details: { text: page.text },
      },
    });
    expect(bodies[2]).toEqual({ version: 1, ...page });
  });

  test('resolves at PagerDuty what has ended, by the same key', async () => {
    const { bodies } = await posting(pageFor({ state: 'OK' }));
    expect(bodies[1]).toMatchObject({ event_action: 'resolve', dedup_key: 'keyroom-production-otp-volume-ceiling' });
  });

  test('says to PagerDuty that a drill is one, and that a ticket is no page', async () => {
    expect((await posting(pageFor({ alarm: 'drill' }))).bodies[1]).toMatchObject({ payload: { severity: 'info' } });
    expect((await posting(pageFor({ severity: 'ticket' }))).bodies[1]).toMatchObject({
      payload: { severity: 'warning' },
    });
  });

  test.each<[HttpResult, boolean, string]>([
    [{ kind: 'response', status: 404, headers: {}, body: 'no_service' }, false, 'status-404'],
    [{ kind: 'response', status: 429, headers: {}, body: '' }, true, 'status-429'],
    [{ kind: 'response', status: 503, headers: {}, body: '' }, true, 'status-503'],
    [{ kind: 'not-written', cause: 'connect-refused' }, true, 'connect-refused'],
    [{ kind: 'no-answer', cause: 'timeout' }, true, 'timeout'],
  ])('takes %j for what it is', async (answer, retryable, code) => {
    expect((await posting(pageFor(), answer)).results[0]).toEqual({ ok: false, retryable, code });
  });

  test.each<[SecretRead, string | null]>([
    [{ kind: 'absent' }, null],
    [{ kind: 'denied' }, 'subscribers-denied'],
    [{ kind: 'unavailable' }, 'subscribers-unavailable'],
    [value('no JSON'), 'subscribers-not-readable'],
  ])('of a secret that is %j says who is missing', async (read, missing) => {
    const http = (): Promise<never> => Promise.reject(new Error('nobody is to be called'));
    expect(await subscribersIn({ read: () => Promise.resolve(read) }, http)).toEqual({ chats: [], missing });
  });
});

describe('mailOf', () => {
  test('publishes the text, with a subject that SNS takes and the severity to choose by', async () => {
    const published: object[] = [];
    const page = pageFor({ summary: 'x'.repeat(200) });
    const mail = mailOf(
      (input) => Promise.resolve(published.push(input)),
      'arn:aws:sns:eu-central-1:111111111111:texts',
    );
    expect(await mail.deliver(page)).toEqual({ ok: true });
    expect(published).toEqual([
      {
        TopicArn: 'arn:aws:sns:eu-central-1:111111111111:texts',
        Subject: page.title.slice(0, 100),
        Message: page.text,
        MessageAttributes: { severity: { DataType: 'String', StringValue: 'page' } },
      },
    ]);
  });

  test('says no more than that it failed', async () => {
    const mail = mailOf(() => Promise.reject(new Error('secret')), 'topic');
    expect(await mail.deliver(pageFor())).toEqual({ ok: false, retryable: true, code: 'not-published' });
  });
});
