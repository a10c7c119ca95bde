import type { Plain } from '../shared/aws/attribute-value.ts';
import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import { type Clock, iso } from '../shared/clock.ts';
import { roomStateKey } from '../shared/room-state.ts';
import type { Operator } from './contract.ts';
import type { RoomState, WantedState } from './ports.ts';

/** Commands that race for the same place in the order. */
const MAX_LOOKS = 8;
/** Commands that are remembered, so that a job which is taken up again does not command twice. */
const REMEMBERED = 20;

type Item = Readonly<Record<string, Plain>>;

/** {@link RoomState} in the ledger's table. */
export const createRoomState = (table: DynamoDb, clock: Clock): RoomState => ({
  read: async () => stateOf(await table.getItem(roomStateKey)),
  want: async (job, frozen) => {
    for (let look = 0; look < MAX_LOOKS; look++) {
      const item = await table.getItem(roomStateKey);
      const before = stateOf(item);
      const commanded = jobsOf(item);
      if (before !== undefined && commanded.includes(job.id)) return before;
      const next = { frozen, generation: (before?.generation ?? 0) + 1, job: job.id, by: job.caller };
      const fields: Readonly<Record<string, Plain>> = {
        ...next,
        by: job.caller as unknown as Plain,
        since: iso(clock.now()),
        reason: job.reason,
        commanded: [job.id, ...commanded].slice(0, REMEMBERED),
      };
      const written =
        item === undefined
          ? await table.putItem({ pk: roomStateKey, ...fields }, { condition: 'attribute_not_exists(pk)' })
          : await change(table, fields, before);
      if (written.kind === 'written') return next;
    }
    throw new Error('the wanted state was changed again and again');
  },
});

/** The rest of the item stays: what deployments and countries have written there. */
const change = (table: DynamoDb, fields: Readonly<Record<string, Plain>>, before: WantedState | undefined) => {
  const entries = Object.entries(fields).map(([name, value], i) => ({ name, value, at: `#f${i}`, to: `:f${i}` }));
  return table.updateItem(roomStateKey, `SET ${entries.map(({ at, to }) => `${at} = ${to}`).join(', ')}`, {
    condition: before === undefined ? 'attribute_not_exists(#generation)' : '#generation = :before',
    names: { '#generation': 'generation', ...Object.fromEntries(entries.map(({ at, name }) => [at, name])) },
    values: {
      ...Object.fromEntries(entries.map(({ to, value }) => [to, value])),
      ...(before !== undefined && { ':before': before.generation }),
    },
  });
};

const stateOf = (item: Item | undefined): WantedState | undefined => {
  const { frozen, generation, job, by } = item ?? {};
  if (typeof frozen !== 'boolean' || typeof generation !== 'number' || typeof job !== 'string') return undefined;
  return { frozen, generation, job, by: by as unknown as Operator };
};

const jobsOf = (item: Item | undefined): readonly string[] =>
  Array.isArray(item?.commanded) ? (item.commanded as readonly string[]) : [];
