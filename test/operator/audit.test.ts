import fc from 'fast-check';
import type { AuditPage, MessageEntry } from '../../lambda/audit/contract.ts';
import { type Audit, collectAudit } from '../../operator/audit/collect.ts';
import { htmlReport } from '../../operator/audit/html-report.ts';
import { describeAudit } from '../../operator/audit/describe-audit.ts';
import { sectionsOf } from '../../operator/audit/sections.ts';
import type { OperatorDoor } from '../../operator/operator-door.ts';

const AT = '2026-11-24T14:03:11.000Z';
const message = (id: string, rest: Partial<MessageEntry> = {}): MessageEntry => ({
  at: AT,
  id,
  app: 'shop',
  status: 'accepted',
  channel: 'sms',
  country: 'AE',
  lastTwo: '01',
  cost: { micros: 35_000, currency: 'USD' },
  versionId: 'aaaaaaaa-1111',
  providerMessageId: null,
  ...rest,
});
const EMPTY: Audit = {
  room: 'otp',
  since: AT,
  until: AT,
  actions: [],
  sightings: [],
  messages: [],
  foreign: [],
  keys: [],
};
const report = { step: <T>(_name: string, work: () => Promise<T>) => work() };

describe('collectAudit', () => {
  test('asks for every part until it ends, and puts it in the order of time', async () => {
    const pages = [
      { entries: [message('b', { at: '2026-11-24T15:00:00.000Z' })], next: 'more' },
      { entries: [message('a')], next: null },
    ];
    const asked: unknown[] = [];
    const audit = (query: { readonly part: string; readonly cursor?: string }) => {
      asked.push([query.part, query.cursor]);
      const page = query.part === 'messages' ? pages[query.cursor === undefined ? 0 : 1]! : { entries: [], next: null };
      return Promise.resolve({ part: query.part, ...page } as AuditPage);
    };
    const { messages } = await collectAudit({ audit: audit as OperatorDoor['audit'] }, EMPTY, report);
    expect(messages.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(asked).toEqual([
      ['actions', undefined],
      ['sightings', undefined],
      ['messages', undefined],
      ['messages', 'more'],
      ['foreign', undefined],
      ['keys', undefined],
    ]);
  });

  test('is not asked for ever by a door that does not go on', async () => {
    const audit = () => Promise.resolve({ part: 'actions', entries: [], next: 'same' } as unknown as AuditPage);
    await expect(collectAudit({ audit: audit as OperatorDoor['audit'] }, EMPTY, report)).resolves.toMatchObject({
      actions: [],
    });
  });
});

describe('what a person reads', () => {
  test('counts messages and their cost by version of the key, and by app and country', () => {
    const audit = {
      ...EMPTY,
      messages: [message('a'), message('b'), message('c', { versionId: null, country: 'DE', cost: null })],
    };
    const [versions, apps] = sectionsOf(audit).slice(-2);
    expect(versions!.rows.map((row) => [row[0], row[2], row[5]])).toEqual([
      ['aaaaaaaa', '2', '0.0700 USD'],
      ['no key', '1', 'no price is known'],
    ]);
    expect(apps!.rows).toEqual([
      ['shop', 'AE', '2', '0.0700 USD'],
      ['shop', 'DE', '1', 'no price is known'],
    ]);
  });

  test('is one page that loads nothing, where whatever anybody wrote is text', () => {
    const shape = (html: string) => html.replaceAll(/>[^<]*</g, '><');
    const page = (text: string) => htmlReport(EMPTY, [{ title: 'Title', head: ['Head'], rows: [[text]], none: '' }]);
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom('<script>', '"><img src=x onerror=alert(1)>', "'&lt;", '</td></table>'),
    );
    fc.assert(fc.property(hostile, (text) => expect(shape(page(text))).toBe(shape(page('text')))));
    expect(page('')).toContain("default-src 'none'");
    expect(page('')).not.toMatch(/<script|<link|<img|https?:/);
  });

  test('says where there is nothing, and hands nothing to the terminal but text', () => {
    const by = { role: 'r', session: 'ann\u001b[2J\u202e' };
    const action = {
      at: AT,
      command: 'freeze',
      arguments: {},
      step: 'flag',
      detail: 'done',
      reason: null,
      job: 'job',
      by,
    };
    const text = describeAudit(sectionsOf({ ...EMPTY, actions: [action] }));
    expect(text).toContain('ann�[2J�');
    expect(text).toContain('Nobody was seen.');
  });
});
