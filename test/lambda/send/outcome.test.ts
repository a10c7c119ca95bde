import type { MessageRecord } from '../../../lambda/shared/message.ts';
import { type AttemptEnd, publicReason, settlementOf } from '../../../lambda/shared/delivery/outcome.ts';
import { createWorld } from '../support/world.ts';

const TEXT = { kind: 'text', text: 'Your code is 123456' } as const;
const TAKE = { limit: 'messages-per-day', start: 0, length: 86_400, units: 1, capacity: 9 };
const BUSY = { kind: 'not-sent', reason: 'too-many-requests' } as const;

describe('publicReason', () => {
  test('keeps the code and the words of a provider that quotes nothing', () => {
    expect(publicReason('E7', 'no route to this network', TEXT)).toBe('E7: no route to this network');
    expect(publicReason('http-400', 'http-400', TEXT)).toBe('http-400');
    expect(publicReason('E7', '', TEXT)).toBe('E7');
  });

  test.each([
    ['the number', 'invalid recipient +971500000001'],
    ['the number with spaces', 'invalid recipient 971 50 000 0001'],
    ['the text', 'rejected: "Your code is 123456" looks like spam'],
    ['a piece of the text', 'contains ur code is'],
  ])('keeps only the code of one that quotes %s', (_what, reason) => {
    expect(publicReason('E7', reason, TEXT)).toBe('E7');
  });

  test('knows the values of a template, short ones too', () => {
    const content = { kind: 'template', template: 'otp', language: 'en', params: ['4711', 'Ann'] } as const;
    expect(publicReason('E7', 'bad parameter 4711', content)).toBe('E7');
    expect(publicReason('E7', 'bad parameter Ann', content)).toBe('E7');
    expect(publicReason('E7', 'bad parameter', content)).toBe('E7: bad parameter');
  });

  test('lets no code through that is none', () => {
    expect(publicReason('<b>E 7</b>', '', TEXT)).toBe('bE7b');
  });
});

describe('settlementOf', () => {
  const { hashes } = createWorld().ports;
  const record = { id: 'msg_1', fence: 1, validUntil: 3600_000 } as MessageRecord;
  const settle = async (end: AttemptEnd, now = 1000, random = 0.5) => {
    const pepper = (await hashes())!;
    const circumstances = {
      record,
      takes: [TAKE],
      to: '+971500000001',
      content: TEXT,
      hashes: pepper,
      versionId: 'v1',
    };
    return settlementOf(end, { ...circumstances, now, random });
  };

  test('an unknown is settled within a day, everything else says nothing of it', async () => {
    expect(await settle({ kind: 'unknown', reason: 'timeout' })).toMatchObject({
      state: 'unknown',
      settlesBy: 86_401_000,
      versionId: 'v1',
      takes: [],
    });
    expect(await settle({ kind: 'accepted', providerMessageId: 'p' })).not.toHaveProperty('settlesBy');
  });

  test('what was not taken keeps its content, sealed, and its units', async () => {
    const change = await settle(BUSY);
    expect(change).toMatchObject({ state: 'queued', takes: [TAKE], nextAttemptAt: 2000, dueAt: 62_000 });
    expect(change.sealed).not.toContain('Your code');
    expect((await hashes())!.open('msg_1', change.sealed!)).toEqual({ to: '+971500000001', content: TEXT });
  });

  test.each<[string, AttemptEnd]>([
    ['rejected', { kind: 'rejected', code: 'E7', reason: '' }],
    ['expired', { kind: 'expired' }],
  ])('one that was %s keeps neither, and is due no more', async (_what, end) => {
    expect(await settle(end)).toMatchObject({ sealed: null, takes: [], nextAttemptAt: null, dueAt: null });
  });

  test('one that was accepted keeps neither; after ten minutes the provider is asked what became of it', async () => {
    const end = { kind: 'accepted', providerMessageId: 'p' } as const;
    expect(await settle(end)).toMatchObject({ sealed: null, takes: [], nextAttemptAt: null, dueAt: 601_000 });
  });

  test('one that was not taken when its time was up has expired', async () => {
    expect((await settle(BUSY, 3600_000)).state).toBe('expired');
  });

  test('waits as long as the provider asked, and never beyond its own time', async () => {
    expect((await settle({ ...BUSY, retryAfterSeconds: 60 }, 1000, 0)).nextAttemptAt).toBe(61_000);
    expect((await settle({ ...BUSY, retryAfterSeconds: 7200 })).nextAttemptAt).toBe(3600_000);
  });
});
