import { createHandler } from '../../../lambda/read-records/handler.ts';
import { PROVIDERS } from '../../../lambda/providers/contract.ts';
import { createProviderRecords } from '../../../lambda/providers/records.ts';
import { lookUpMessages } from '../../../lambda/read-records/look-up.ts';
import { type ProviderRecords, RecordsError, type SoughtMessage } from '../../../lambda/shared/provider-records.ts';
import { MOST_LISTED, MOST_SOUGHT } from '../../../lambda/shared/records-command.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createTestRoom, INVOCATION } from '../rotate-key/support/room.ts';
import { EGRESS } from '../rotate-key/support/simulated-http.ts';

const SOUGHT: SoughtMessage = {
  id: 'msg_00000000000000000000000001',
  attempt: 1,
  channel: 'sms',
  to: '+971500000001',
  from: 'Acme',
  sentAt: 0,
  providerMessageId: 'p-1',
};

/** Records that note which credential was used, over secrets that count how often they are read. */
const setUp = (lookUp: ProviderRecords['access']['lookUp'], answer: ProviderRecords['lookUp'] = notFound) => {
  const clock = createFakeClock();
  const used: string[] = [];
  const reads: string[] = [];
  const secret = (kind: string) => ({
    get: (stage: string) => {
      reads.push(`${kind} ${stage}`);
      return Promise.resolve({ versionId: 'v1', value: new SecretValue(kind), createdAt: 0 });
    },
  });
  const records: ProviderRecords = {
    provider: 'fake',
    lagMs: 0,
    keptMs: null,
    access: { lookUp, balance: { credential: 'managing' } },
    lookUp: (sought, credential) => {
      used.push(credential.reveal());
      return answer(sought, credential);
    },
    balance: () => Promise.reject(new Error('not asked for')),
  };
  const ports = { records, sending: secret('sending'), managing: secret('managing'), clock };
  return { ports, clock, used, reads };
};

const notFound: ProviderRecords['lookUp'] = () => Promise.resolve({ kind: 'not-found' });
const READING = { credential: 'reading', rights: ['logs'] } as const;

describe('lookUpMessages', () => {
  test('the sending key is used where it may read, and the managing credential where it may not', async () => {
    const { ports, used, reads } = setUp({ 'provider-id': { credential: 'sending' }, recipient: READING });
    await lookUpMessages(ports, [SOUGHT, { ...SOUGHT, providerMessageId: null }, SOUGHT]);
    expect(used).toEqual(['sending', 'managing', 'sending']);
    expect(reads).toEqual(['sending AWSCURRENT', 'managing AWSCURRENT']);
  });

  test('no secret is read for what the provider cannot be asked', async () => {
    const { ports, reads } = setUp({ 'provider-id': READING, recipient: READING });
    const answers = await lookUpMessages(ports, [{ ...SOUGHT, providerMessageId: null, to: null }]);
    expect(answers).toEqual([{ kind: 'cannot-ask' }]);
    expect(reads).toEqual([]);
  });

  test('a failure of one message is its own; one that every message would meet ends the questions', async () => {
    const codes = ['right-missing', undefined, 'too-many-requests'] as const;
    let asked = 0;
    const { ports, used } = setUp({ 'provider-id': READING }, () => {
      const code = codes[asked++];
      return code === undefined ? Promise.resolve({ kind: 'not-found' }) : Promise.reject(new RecordsError(code, ''));
    });
    expect(await lookUpMessages(ports, [SOUGHT, SOUGHT, SOUGHT, SOUGHT])).toEqual([
      { kind: 'failed', code: 'right-missing' },
      { kind: 'not-found' },
      { kind: 'failed', code: 'too-many-requests' },
      { kind: 'failed', code: 'too-many-requests' },
    ]);
    expect(used.length).toBe(3);
  });

  test('what may be asked together is one question; the answers come back to their places', async () => {
    const { ports, used } = setUp({ 'provider-id': READING });
    const questions: (readonly string[])[] = [];
    const together = {
      channels: ['sms' as const],
      lookUp: (some: readonly SoughtMessage[]) => {
        questions.push(some.map(({ id }) => id));
        return Promise.resolve(
          some.map(({ id }) =>
            id === 'b' ? ({ kind: 'not-found' } as const) : ({ kind: 'not-shown', reason: 'too-early' } as const),
          ),
        );
      },
    };
    const ask = (id: string, channel: SoughtMessage['channel'] = 'sms') => ({ ...SOUGHT, id, channel });
    const all = [ask('a'), ask('x', 'whatsapp'), ask('b'), ask('c')];
    const answers = await lookUpMessages({ ...ports, records: { ...ports.records, together } }, all);
    expect(questions).toEqual([['a', 'b', 'c']]);
    expect(used).toHaveLength(1);
    expect(answers.map(({ kind }) => kind)).toEqual(['not-shown', 'not-found', 'not-found', 'not-shown']);
  });

  test('a question about many that fails, fails for all of them, and for those that come after', async () => {
    const { ports, used } = setUp({ 'provider-id': READING });
    const lookUp = () => Promise.reject(new RecordsError('too-many-requests', ''));
    const records = { ...ports.records, together: { channels: ['sms'] as const, lookUp } };
    const answers = await lookUpMessages({ ...ports, records }, [SOUGHT, SOUGHT, { ...SOUGHT, channel: 'viber' }]);
    expect(answers).toEqual(answers.map(() => ({ kind: 'failed', code: 'too-many-requests' })));
    expect([answers.length, used]).toEqual([3, []]);
  });

  test('a busy room asks Infobip once for as many as a command names', async () => {
    const room = createTestRoom('infobip');
    await room.putCandidate();
    await room.command('import');
    const calls: string[] = [];
    const { records } = room.reading;
    const together = {
      ...records.together!,
      lookUp: (some: readonly SoughtMessage[], key: SecretValue) => {
        calls.push(`${some.length}`);
        return records.together!.lookUp(some, key);
      },
    };
    const messages = Array.from({ length: MOST_SOUGHT }, (_, i): SoughtMessage => ({
      ...SOUGHT,
      ...{ id: `msg_${String(i).padStart(26, '0')}`, providerMessageId: null, sentAt: room.now() - 3_600_000 },
    }));
    const answers = await lookUpMessages({ ...room.reading, records: { ...records, together } }, messages);
    expect(calls).toEqual([String(MOST_SOUGHT)]);
    expect(answers).toEqual(messages.map(() => ({ kind: 'not-found' })));
  });

  test('without a credential, and out of time, it says so', async () => {
    const { ports, clock } = setUp({ 'provider-id': READING }, () => {
      clock.advance(61_000);
      return Promise.resolve({ kind: 'not-found' });
    });
    const none = { get: () => Promise.resolve(null) };
    expect(await lookUpMessages({ ...ports, managing: none }, [SOUGHT])).toEqual([
      { kind: 'failed', code: 'credential-absent' },
    ]);
    expect(await lookUpMessages(ports, [SOUGHT, SOUGHT])).toEqual([
      { kind: 'not-found' },
      { kind: 'failed', code: 'no-time-left' },
    ]);
  });

  test('fails when a command names too many', async () => {
    const { ports } = setUp({ 'provider-id': READING });
    const many = Array.from({ length: MOST_SOUGHT + 1 }, () => SOUGHT);
    await expect(lookUpMessages(ports, many)).rejects.toMatchObject({ code: 'configuration' });
  });
});

describe('the command records', () => {
  test.each(['d7', 'infobip', 'twilio'] as const)(
    '%s finds nothing it never took, with what the room has',
    async (name) => {
      const room = createTestRoom(name);
      await room.putCandidate();
      await room.command('import');
      const handler = createHandler(() => room.reading);
      const providerMessageId = name === 'twilio' ? `SM${'0'.repeat(32)}` : 'p-1';
      const answer = await handler(
        { action: 'records', messages: [{ ...SOUGHT, sentAt: room.now() - 3_600_000, providerMessageId }] },
        INVOCATION,
      );
      expect(answer).toEqual({ ok: true, action: 'records', answers: [{ kind: 'not-found' }] });
    },
  );

  test('answers with a code, and logs neither number nor message', async () => {
    const room = createTestRoom('infobip');
    const managing = { get: () => Promise.reject(new Error(SOUGHT.to!)) };
    const failed = await createHandler(() => ({ ...room.reading, managing }))(
      { action: 'records', messages: [SOUGHT] },
      INVOCATION,
    );
    expect(failed).toEqual({ ok: false, action: 'records', code: 'internal' });
    expect(JSON.stringify(room.logged)).not.toContain('971500000001');
  });
});

describe('the commands listing and balance', () => {
  test.each(['infobip', 'twilio'] as const)('%s lists what anybody sent, without a number', async (name) => {
    const room = createTestRoom(name);
    await room.putCandidate();
    await room.command('import');
    room.simulator.rogue(3, EGRESS);
    const handler = createHandler(() => room.reading);
    const window = { from: room.now() - 60_000, until: room.now() + 60_000 };
    const answer = await handler({ action: 'listing', ...window }, INVOCATION);
    expect(answer).toMatchObject({ ok: true, messages: [{ channel: 'sms', lastTwo: '99' }, {}, {}] });
    expect(JSON.stringify(answer)).not.toContain('97150000');
    const later = { from: window.until, until: window.until + 60_000 };
    expect(await handler({ action: 'listing', ...later }, INVOCATION)).toMatchObject({ ok: true, messages: [] });
  });

  test('D7 has no list, and its balance is read with the sending token', async () => {
    const room = createTestRoom('d7');
    await room.putCandidate();
    await room.command('import');
    const managing = { get: () => Promise.reject(new Error('not needed')) };
    const handler = createHandler(() => ({ ...room.reading, managing }));
    expect(await handler({ action: 'listing', from: 0, until: 1 }, INVOCATION)).toMatchObject({ code: 'no-list' });
    expect(await handler({ action: 'balance' }, INVOCATION)).toMatchObject({
      ok: true,
      balance: { micros: 1_000_000_000, currency: null },
      at: room.now(),
    });
  });

  test('a list that no answer can hold is asked for again in parts', async () => {
    const room = createTestRoom('infobip');
    await room.putCandidate();
    const one = { providerMessageId: 'p', ourId: null, channel: 'sms', to: '+971500000099', from: null } as const;
    const more = {
      acceptedAt: 0,
      segments: 1,
      price: null,
      state: { kind: 'accepted', final: false, code: null },
    } as const;
    const many = Array.from({ length: MOST_LISTED + 1 }, () => ({ ...one, ...more }));
    const records = {
      ...room.reading.records,
      messages: { channels: ['sms'], list: () => Promise.resolve(many) },
    } as const;
    const managing = { get: () => Promise.resolve({ versionId: 'v', value: new SecretValue('{}'), createdAt: 0 }) };
    const handler = createHandler(() => ({ ...room.reading, managing, records }));
    expect(await handler({ action: 'listing', from: 0, until: 1 }, INVOCATION)).toMatchObject({ code: 'too-many' });
  });

  test.each(Object.entries(PROVIDERS).filter(([name]) => name !== 'sandbox'))(
    'the role of a room with %s reads just the credentials that its records need',
    (name, { recordsReadBy, pricedChannels }) => {
      const { lookUp, messages, balance, prices } = createProviderRecords(name, {
        http: () => Promise.reject(new Error()),
      })!.access;
      // The balance is asked where nothing can be listed.
      const asked = [...Object.values(lookUp), messages ?? balance, ...(prices ? [prices] : [])];
      const needed = asked.map(({ credential }) => (credential === 'sending' ? 'sending' : 'managing'));
      expect([...new Set(needed)].sort()).toEqual([...recordsReadBy].sort());
      expect(pricedChannels !== undefined).toBe(prices !== undefined);
    },
  );
});
