import { createMessageRecords } from '../../../lambda/shared/ledger-messages.ts';
import { createFakeTable } from '../support/fake-table.ts';

const ID = 'msg_00000000000000000000000001';
const PK = `message#${ID}`;

describe('createMessageRecords', () => {
  const room = (attempt: string, state: string) => {
    const table = createFakeTable();
    table.items.set(PK, { pk: PK, id: ID, attempt, state });
    return { table, records: createMessageRecords(table) };
  };

  test('an attempt that somebody else has taken over changes nothing, though the state is what it saw', async () => {
    const { table, records } = room('second', 'sending');
    const changed = await records.change(
      { id: ID, attempt: 'first', state: 'sending' },
      { state: 'queued', updatedAt: 1 },
    );
    expect([changed, table.items.get(PK)?.state]).toEqual(['superseded', 'sending']);
  });

  test('an attempt that somebody else has taken over forgets nothing', async () => {
    const { table, records } = room('second', 'sending');
    const released = await records.release({ id: ID, attempt: 'first' });
    expect([released, table.items.has(PK)]).toEqual(['superseded', true]);
  });

  test('a state that is another by now is not changed', async () => {
    const { table, records } = room('first', 'accepted');
    const changed = await records.change(
      { id: ID, attempt: 'first', state: 'sending' },
      { state: 'unknown', updatedAt: 1 },
    );
    expect([changed, table.items.get(PK)?.state]).toEqual(['superseded', 'accepted']);
  });

  test('a repeat finds the record as the first write left it', async () => {
    const { records } = room('first', 'sending');
    const change = () =>
      records.change({ id: ID, attempt: 'first', state: 'sending' }, { state: 'accepted', updatedAt: 1 });
    expect([await change(), await change()]).toEqual(['recorded', 'recorded']);
  });
});
