import { Writable } from 'node:stream';
import { readSubscribers } from '../../lambda/notify/subscribers-contract.ts';
import { importSubscribers } from '../../operator/import-subscribers.ts';
import type { Connection } from '../../operator/connection.ts';
import { createReport } from '../../operator/report.ts';

const SECRET = 'hooks-T0-B0-secret';
const chat = { kind: 'text', url: `https://chat.example/${SECRET}` };

describe('import-subscribers', () => {
  const put = async (text: string) => {
    const sent: { readonly SecretId?: string; readonly SecretString?: string }[] = [];
    const said: string[] = [];
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        said.push(String(chunk));
        done();
      },
    });
    const report = createReport({ json: false, out: stream, err: stream });
    const secrets = { send: ({ input }: { input: object }) => Promise.resolve(sent.push(input)) };
    const failure = await importSubscribers(
      () => Promise.resolve({ secrets } as unknown as Connection),
      { name: 'production' },
      'otp',
      text,
      report,
    ).catch((error: unknown) => error);
    return { sent, said: said.join(''), failure };
  };

  test('puts them where one function alone reads them, and never shows an address', async () => {
    const { sent, said } = await put(JSON.stringify({ chat }));
    expect(sent).toMatchObject([
      { SecretId: 'keyroom/production/otp/subscribers', SecretString: expect.stringContaining(SECRET) as unknown },
    ]);
    expect(said).toContain('texts go to chat (text: page)');
    expect(said).not.toContain(SECRET);
  });

  test.each([
    ['no JSON', `{"chat": ${SECRET}`, 'it must be a JSON object of subscribers by name'],
    ['a list', JSON.stringify([chat]), 'it must be a JSON object of subscribers by name'],
    ['an address for a name', JSON.stringify({ [`https://${SECRET}`]: chat }), 'the name of subscriber 1 must be'],
    [
      'a field too many',
      JSON.stringify({ chat: { ...chat, [SECRET]: 1 } }),
      'subscriber chat: it must be an object with kind, url, routingKey, severities and nothing else',
    ],
    ['no such kind', JSON.stringify({ chat: { ...chat, kind: SECRET } }), 'kind must be one of text, pagerduty, json'],
    [
      'no TLS',
      JSON.stringify({ chat: { ...chat, url: `http://${SECRET}` } }),
      'url must be an address that begins with https://',
    ],
    ['no key for PagerDuty', JSON.stringify({ duty: { kind: 'pagerduty' } }), 'routingKey is missing'],
    [
      'a key for a chat',
      JSON.stringify({ chat: { ...chat, routingKey: SECRET } }),
      'routingKey is for the kind pagerduty only',
    ],
    [
      'no severity',
      JSON.stringify({ chat: { ...chat, severities: [SECRET] } }),
      'severities must be a list of page, ticket',
    ],
    [
      'too many',
      JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`chat-${i}`, chat]))),
      'at most 10 subscribers, got 11',
    ],
  ])('refuses %s, and does not show it', async (_what, text, why) => {
    const { failure, sent } = await put(text);
    expect((failure as Error).message).toContain(why);
    expect((failure as Error).message).not.toContain(SECRET);
    expect(sent).toEqual([]);
  });

  test('knows where PagerDuty is, and that pages alone are wanted where nothing is said', () => {
    expect(readSubscribers('{"duty": {"kind": "pagerduty", "routingKey": "key"}}')).toEqual({
      ok: true,
      subscribers: [
        {
          name: 'duty',
          kind: 'pagerduty',
          url: 'https://events.pagerduty.com/v2/enqueue',
          severities: ['page'],
          routingKey: 'key',
        },
      ],
    });
  });
});
