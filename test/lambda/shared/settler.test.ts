import { stateOf } from '../../../lambda/providers/records-call.ts';
import type { AskRecords } from '../../../lambda/shared/aws/lambda-records.ts';
import type { MessageRecord } from '../../../lambda/shared/message.ts';
import type { ProviderRecord } from '../../../lambda/shared/provider-records.ts';
import { MOST_SOUGHT, type SoughtAnswer } from '../../../lambda/shared/records-command.ts';
import { createSettler } from '../../../lambda/shared/settler.ts';
import { LOST_ANSWER } from '../support/results.ts';
import { createWorld, type ProviderTurn } from '../support/world.ts';

const FOUND: ProviderRecord = {
  providerMessageId: 'p-1',
  ourId: null,
  channel: 'sms',
  to: '+971500000001',
  from: 'Acme',
  acceptedAt: null,
  segments: 1,
  price: null,
  state: stateOf('delivered'),
};

const setUp = async (answer: SoughtAnswer | Error, turn?: ProviderTurn) => {
  const world = createWorld();
  if (turn) world.turns.push(turn);
  await world.send();
  const record = () =>
    [...world.table.items.values()].find(
      ({ pk }) => typeof pk === 'string' && pk.startsWith('message#'),
    ) as unknown as MessageRecord;
  const asked: Parameters<AskRecords>[0][] = [];
  const settler = createSettler({
    ...world.ports,
    ask: (messages) => {
      asked.push(messages);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(messages.map(() => answer));
    },
  });
  return { world, record, settler, asked };
};

describe('the settler', () => {
  test('a message that the provider delivered is delivered', async () => {
    const { record, settler, asked } = await setUp({ kind: 'found', record: FOUND });
    expect(await settler.settle(record())).toBe('settled');
    expect(record()).toMatchObject({ state: 'delivered' });
    expect(record().dueAt ?? null).toBeNull();
    expect(asked[0]).toMatchObject([{ id: record().id, to: null, providerMessageId: 'p-1' }]);
  });

  test('an unknown that the provider has is settled, and its number is forgotten', async () => {
    const accepted = { kind: 'found', record: { ...FOUND, state: stateOf('accepted') } } as const;
    const { record, settler, asked } = await setUp(accepted, LOST_ANSWER);
    expect(await settler.settle(record())).toBe('settled');
    expect(asked[0]).toMatchObject([{ providerMessageId: null, attempt: 1 }]);
    expect(record()).toMatchObject({ state: 'accepted', providerMessageId: 'p-1' });
    expect(record().sealed ?? null).toBeNull();
  });

  test.each<[string, SoughtAnswer | Error]>([
    ['is not there', { kind: 'not-found' }],
    ['is not shown', { kind: 'not-shown', reason: 'too-early' }],
    ['cannot be asked about', { kind: 'cannot-ask' }],
    ['may be one of several', { kind: 'candidates', records: [FOUND] }],
    ['was not answered for', { kind: 'failed', code: 'provider-unreachable' }],
    ['went to somebody else', { kind: 'found', record: { ...FOUND, to: '+971500000002' } }],
    ['could not be asked about', new Error('+971500000001')],
  ])('what %s stays unknown: it is never taken for unsent', async (_what, answer) => {
    const { world, record, settler } = await setUp(answer, LOST_ANSWER);
    const before = record();
    expect(await settler.settle(before)).toBe('later');
    expect(record()).toEqual(before);
    expect(JSON.stringify(world.logged)).not.toContain('971500000001');
  });

  test('what somebody else changed meanwhile is theirs', async () => {
    const { world, record, settler } = await setUp({ kind: 'found', record: FOUND });
    const seen = record();
    await world.ports.ledger.change(seen, { state: 'undelivered', updatedAt: 1 });
    expect(await settler.settle(seen)).toBe('later');
    expect(record().state).toBe('undelivered');
  });

  test('messages of one moment are asked about together, and not too many', async () => {
    const { record, settler, asked } = await setUp({ kind: 'not-found' });
    await Promise.all(Array.from({ length: MOST_SOUGHT + 1 }, () => settler.settle(record())));
    expect(asked.map(({ length }) => length)).toEqual([MOST_SOUGHT, 1]);
    await settler.settle(record());
    expect(asked).toHaveLength(3);
  });
});
