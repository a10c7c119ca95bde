import fc from 'fast-check';

import { createHandler } from '../../../lambda/receipt/handler.ts';
import { stateOf } from '../../../lambda/providers/records-call.ts';
import type { MessageRecord } from '../../../lambda/shared/message.ts';
import type { Receipt, Signed } from '../../../lambda/shared/receipt.ts';
import { awsFailure, createWorld, type WorldOptions } from '../support/world.ts';
import { LOST_ANSWER, NOT_SENT, REJECTED } from '../support/results.ts';

const receipt = (kind: Receipt['state']['kind'], providerMessageId = 'p-1'): Receipt => ({
  providerMessageId,
  state: stateOf(kind),
});

/** A message in the ledger, and the door that the provider was told. */
const setUp = async (
  turn?: Parameters<ReturnType<typeof createWorld>['turns']['push']>[0],
  { checked = false, ...options }: WorldOptions & { readonly checked?: boolean } = {},
) => {
  const world = createWorld(options);
  if (turn) world.turns.push(turn);
  await world.send();
  const path = world.calls[0]!.message.receiptUrl!.split('/').at(-1)!;
  const item = () =>
    [...world.table.items.values()].find(
      ({ pk }) => typeof pk === 'string' && pk.startsWith('message#'),
    ) as unknown as MessageRecord;
  let receipts: readonly Receipt[] = [];
  let signed: Signed = 'genuine';
  const handler = createHandler(() => ({
    ...world.ports,
    region: 'eu-central-1',
    read: () => Promise.resolve(receipts),
    ...(checked && { signing: { verify: () => Promise.resolve(signed), keys: () => Promise.resolve([]) } }),
  }));
  const push = async (some: readonly Receipt[], at = path, body = '', by: Signed = 'genuine') => {
    receipts = some;
    signed = by;
    const { statusCode } = await handler({
      headers: {},
      body,
      isBase64Encoded: false,
      pathParameters: { path: at },
      requestContext: { requestId: 'r-2', apiId: 'abc123', stage: 'receipts' },
    });
    return statusCode;
  };
  return { world, path, item, push };
};

describe('the handler of receipt', () => {
  test('a receipt changes no state: the provider is asked about the message now', async () => {
    const { world, item, push } = await setUp();
    world.clock.advance(5000);
    expect(await push([receipt('delivered')])).toBe(200);
    expect(item()).toMatchObject({ state: 'accepted', dueAt: world.clock.now(), providerMessageId: 'p-1' });
  });

  test('one that says what is known makes no work', async () => {
    const { item, push } = await setUp();
    const before = item();
    expect(await push([receipt('accepted')])).toBe(200);
    expect(await push([receipt('delivered', 'p-2')])).toBe(200);
    expect(item()).toEqual(before);
  });

  test('of a message whose answer was lost it keeps the id that the provider names', async () => {
    const { world, item, push } = await setUp(LOST_ANSWER);
    expect(await push([receipt('accepted', 'p-9')])).toBe(200);
    expect(item()).toMatchObject({
      state: 'unknown',
      providerMessageId: null,
      claimedMessageId: 'p-9',
      dueAt: world.clock.now(),
    });
  });

  test.each(['+971500000001', '971500000001', 'two words', 'x'.repeat(201), ''])(
    'of a message whose answer was lost it does not keep "%s", which is no id',
    async (id) => {
      const { item, push } = await setUp(LOST_ANSWER);
      const before = item();
      expect(await push([receipt('accepted', id)])).toBe(200);
      expect(item()).toEqual(before);
    },
  );

  test.each([[NOT_SENT], [REJECTED]])('a message that is %j is not touched', async (turn) => {
    const { item, push } = await setUp(turn);
    const before = item();
    expect(await push([receipt('delivered')])).toBe(200);
    expect(item()).toEqual(before);
  });

  test('fails when the path is not the one that the provider was told, and counts it', async () => {
    const { world, path, item, push } = await setUp();
    const before = item();
    const other = path.endsWith('A') ? 'B' : 'A';
    for (const wrong of [path.slice(0, -1) + other, '0'.repeat(48), path.slice(1), '']) {
      expect(await push([receipt('delivered')], wrong)).toBe(404);
    }
    expect(await push([])).toBe(400);
    expect(await push([receipt('delivered')], path, 'x'.repeat(32 * 1024 + 1))).toBe(400);
    expect(item()).toEqual(before);
    expect(world.emitted.filter(({ values }) => values.ReceiptRefused === 1)).toHaveLength(6);
  });

  test('fails when the message is forgotten', async () => {
    const { world, push } = await setUp();
    world.clock.advance(7 * 24 * 3_600_000);
    expect(await push([receipt('delivered')])).toBe(404);
  });

  test('asks for a repeat where the ledger could not be read or written, and logs neither path nor id', async () => {
    const failing = new Set<string>();
    const { world, path, push } = await setUp(undefined, {
      around: (operation, apply) =>
        failing.has(operation) ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
    });
    for (const operation of ['get', 'update']) {
      failing.add(operation);
      expect(await push([receipt('delivered')])).toBe(503);
      failing.clear();
    }
    expect(JSON.stringify(world.logged)).not.toContain(path.slice(26));
  });

  test('in any order and however often, receipts leave the same message behind', async () => {
    const kinds = fc.constantFrom(
      'accepted' as const,
      'delivered' as const,
      'undelivered' as const,
      'rejected' as const,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(kinds, { minLength: 1, maxLength: 6 }), fc.boolean(), async (some, isLost) => {
        const { item, push } = await setUp(isLost ? LOST_ANSWER : undefined);
        const { state } = item();
        for (const kind of [...some, ...some].reverse()) expect(await push([receipt(kind)])).toBe(200);
        expect(item().state).toBe(state);
        const asks = isLost || some.some((kind) => kind !== 'accepted');
        if (asks) expect(item().dueAt).not.toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});

describe('the handler of receipt, where the provider signs', () => {
  const CHECKED = { checked: true };

  test.each([
    ['delivered', 'delivered', null],
    ['undelivered', 'undelivered', 'undelivered'],
    ['rejected', 'undelivered', 'refused'],
  ] as const)('a genuine one is believed at once: %s', async (kind, state, reason) => {
    const { item, push } = await setUp(undefined, CHECKED);
    expect(await push([receipt(kind)])).toBe(200);
    expect(item()).toMatchObject({ state, reason, sealed: null });
    expect(item().dueAt ?? null).toBeNull();
  });

  test('of another message it is not', async () => {
    const { item, push } = await setUp(undefined, CHECKED);
    const before = item();
    expect(await push([receipt('delivered', 'p-2')])).toBe(200);
    expect(item()).toEqual(before);
  });

  test('a word that nobody knows is asked about', async () => {
    const { world, item, push } = await setUp(undefined, CHECKED);
    expect(await push([receipt('unrecognised')])).toBe(200);
    expect(item()).toMatchObject({ state: 'accepted', dueAt: world.clock.now() });
  });

  test('a lost answer is settled by it', async () => {
    const { item, push } = await setUp(LOST_ANSWER, CHECKED);
    expect(await push([receipt('accepted', 'p-9')])).toBe(200);
    expect(item()).toMatchObject({ state: 'accepted', providerMessageId: 'p-9', settlesBy: null });
    expect(await push([receipt('delivered', 'p-9')])).toBe(200);
    expect(item()).toMatchObject({ state: 'delivered', providerMessageId: 'p-9' });
  });

  test('by a wrong path a genuine one is none', async () => {
    const { item, push } = await setUp(undefined, CHECKED);
    const before = item();
    expect(await push([receipt('delivered')], '0'.repeat(48))).toBe(404);
    expect(item()).toEqual(before);
  });

  test.each(['unsigned', 'forged'] as const)('one that is %s is confirmed by asking, and counted', async (by) => {
    const { world, path, item, push } = await setUp(undefined, CHECKED);
    expect(await push([receipt('delivered')], path, '', by)).toBe(200);
    expect(item()).toMatchObject({ state: 'accepted', dueAt: world.clock.now() });
    expect(world.emitted.filter(({ values }) => values.ReceiptRefused === 1)).toHaveLength(1);
    expect(world.logged.at(-1)?.fields?.reason).toBe(`noted, ${by}`);
  });

  test('the receipts of one message lead to the same end in any order, however often each comes', async () => {
    const ends = fc.constantFrom('delivered' as const, 'undelivered' as const, 'rejected' as const);
    const history = fc.record({
      end: ends,
      order: fc.array(fc.boolean(), { maxLength: 6 }),
      isLost: fc.boolean(),
      unsigned: fc.array(fc.nat(7)),
    });
    await fc.assert(
      fc.asyncProperty(history, async ({ end, order, isLost, unsigned }) => {
        const { path, item, push } = await setUp(isLost ? LOST_ANSWER : undefined, CHECKED);
        const kinds = [...order.map((isEnd) => (isEnd ? end : 'accepted')), end];
        for (const [index, kind] of kinds.entries()) {
          // Forged ones in between say the opposite.
          if (unsigned.includes(index)) {
            await push([receipt(end === 'delivered' ? 'undelivered' : 'delivered')], path, '', 'forged');
          }
          expect(await push([receipt(kind)])).toBe(200);
        }
        const isUndelivered = end === 'undelivered' || (end === 'rejected' && (!isLost || kinds[0] === 'accepted'));
        expect(item().state).toBe(isUndelivered ? 'undelivered' : end);
        expect(item().dueAt ?? null).toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});
