import { stateOf } from '../../../lambda/providers/records-call.ts';
import type { Receipt } from '../../../lambda/shared/receipt.ts';
import { createFunctions } from '../support/functions.ts';
import { recordsIn } from '../support/invariants.ts';
import { createProviderBook } from '../support/provider-book.ts';
import { LOST_ANSWER, NOT_SENT } from '../support/results.ts';
import { createWorld, type ProviderTurn, type World } from '../support/world.ts';

const MINUTE = 60_000;

const receipt = (kind: Receipt['state']['kind'], providerMessageId = 'p-1'): Receipt => ({
  providerMessageId,
  state: stateOf(kind),
});

/** A message whose receipts come before the provider's answer to the call that sent it. */
const sendWithEarly = async (receipts: readonly Receipt[], turn?: ProviderTurn, isSigned = false) => {
  const around = async <T>(operation: string, apply: () => T): Promise<T> => {
    const result = apply();
    if (operation !== 'provider' || world.calls.length > 1) return result;
    const { receiptUrl } = world.calls[0]!.message;
    for (const each of receipts) {
      await functions.receive(world.ports, receiptUrl!, each, isSigned);
      world.clock.advance(10);
    }
    return result;
  };
  const world: World = createWorld({ around });
  const functions = createFunctions(world, createProviderBook(world, around, false).ask);
  if (turn) world.turns.push(turn);
  const before = world.clock.now();
  await world.send();
  const record = () => recordsIn(world)[0]!;
  return { world, record, before, sweep: () => functions.sweep(world.environment()) };
};

describe('a receipt that comes while its message is still being sent', () => {
  test.each([
    ['signed', true],
    ['unsigned', false],
  ])('%s: the next sweep settles the message, not the one after ten minutes', async (_, isSigned) => {
    const { world, record, sweep } = await sendWithEarly([receipt('delivered')], undefined, isSigned);
    expect(record()).toMatchObject({ state: 'accepted', providerMessageId: 'p-1' });
    expect(record().dueAt).toBeLessThanOrEqual(world.clock.now());
    await sweep();
    expect(record()).toMatchObject({ state: 'delivered' });
    expect(record().dueAt).toBeUndefined();
  });

  test('one that says no more than the answer does makes no work', async () => {
    const { record, before } = await sendWithEarly([receipt('accepted')]);
    expect(record().dueAt).toBeGreaterThanOrEqual(before + 10 * MINUTE);
  });

  test('the first one counts, and a repeated one writes nothing', async () => {
    const { record, before } = await sendWithEarly([receipt('delivered'), receipt('delivered')]);
    expect(record().dueAt).toBe(before);
  });

  test('where the answer was lost it names the id that is asked about', async () => {
    const { world, record, sweep } = await sendWithEarly([receipt('delivered')], LOST_ANSWER);
    expect(record()).toMatchObject({ state: 'unknown', providerMessageId: null, claimedMessageId: 'p-1' });
    world.clock.advance(2 * MINUTE);
    await sweep();
    expect(record()).toMatchObject({ state: 'delivered', providerMessageId: 'p-1' });
  });

  test('an invented one changes neither the end of the attempt nor the next appointment', async () => {
    const { world, record } = await sendWithEarly([receipt('delivered', 'p-99')], NOT_SENT);
    const { state, nextAttemptAt, dueAt } = record();
    expect([state, dueAt! - nextAttemptAt!]).toEqual(['queued', MINUTE]);
    await world.pass(10_000);
    expect(world.calls).toHaveLength(2);
    expect(record()).toMatchObject({ state: 'accepted', providerMessageId: 'p-2' });
  });
});
