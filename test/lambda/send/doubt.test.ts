import type { Around } from '../support/fake-table.ts';
import { LOST_REQUEST, messageOf, NOT_SENT, problemOf, REJECTED } from '../support/results.ts';
import { awsFailure, createWorld, type ProviderTurn, version, type World } from '../support/world.ts';

/** A world whose ledger loses the answer of the n-th call of one kind on one part; the call itself happened. */
const losing = (lost: string, part: string, numbers: readonly number[]): World => {
  let seen = 0;
  const around: Around = (operation, apply, pk) => {
    const result = apply();
    const isLost = operation === lost && pk?.startsWith(`${part}#`) === true && numbers.includes(++seen);
    return isLost ? Promise.reject(awsFailure('unknown')) : Promise.resolve(result);
  };
  return createWorld({ around });
};

/** A world whose ledger takes a second to fail at every update but the one that takes the units. */
const deafAfterTheWire = (turns: readonly ProviderTurn[]): World => {
  const world: World = createWorld({
    around: (operation, apply) => {
      if (operation !== 'update' || world.calls.length === 0) return Promise.resolve(apply());
      world.clock.advance(1000);
      return Promise.reject(awsFailure('unknown'));
    },
  });
  world.turns.push(...turns);
  return world;
};

const usedIn = (world: World, pk: string): number =>
  Object.entries(world.table.items.get(pk) ?? {}).reduce(
    (sum, [name, value]) => sum + (/@|-used$/.test(name) ? Number(value) : 0),
    0,
  );

describe('a ledger that does not answer', () => {
  test('an intent in doubt is taken back, so that the same key can send', async () => {
    const world = losing('put', 'message', [1]);
    expect(problemOf(await world.send())).toMatchObject({
      code: 'not-sent',
      retry: 'same-key',
      detail: expect.stringContaining('an earlier one with the same Idempotency-Key may have') as string,
    });
    expect(world.used()).toBe(0);
    expect(messageOf(await world.send())).toMatchObject({ replayed: false, status: 'accepted' });
    expect(world.calls).toHaveLength(1);
  });

  test('an intent that never got to the wire is forgotten although the first write fails', async () => {
    let failures = 1;
    const world = createWorld({
      around: (operation, apply) =>
        operation === 'delete' && failures-- > 0 ? Promise.reject(awsFailure('none')) : Promise.resolve(apply()),
    });
    world.secret.AWSCURRENT = { kind: 'absent' };
    expect(problemOf(await world.send()).code).toBe('room-has-no-key');
    world.secret.AWSCURRENT = version('v1');
    expect(messageOf(await world.send())).toMatchObject({ replayed: false, status: 'accepted' });
  });

  test('units in doubt stay spent', async () => {
    const world = losing('update', 'app', [2]);
    expect(problemOf(await world.send()).code).toBe('not-sent');
    expect(world.calls).toHaveLength(0);
    expect(world.used()).toBe(1);
  });

  test.each(['rate', 'recipient', 'prefix'])(
    'units of a %s in doubt stay spent, and the others go back',
    async (part) => {
      const world = losing('update', part, [1]);
      expect(problemOf(await world.send()).code).toBe('not-sent');
      expect(world.calls).toHaveLength(0);
      expect(world.used()).toBe(0);
      const held = [...world.table.items.keys()].filter((pk) => usedIn(world, pk) > 0);
      expect(held).toEqual([expect.stringMatching(new RegExp(`^${part}#`))]);
    },
  );

  test('an outcome is written again when the first write was lost', async () => {
    const world = losing('update', 'message', [1]);
    expect(messageOf(await world.send())).toMatchObject({ status: 'accepted' });
    expect(world.logged.map(({ event }) => event)).not.toContain('outcome not recorded');
  });

  test.each([
    ['accepted', []],
    ['rejected', [REJECTED]],
    ['not sent', [NOT_SENT]],
    ['unknown', [LOST_REQUEST]],
  ])('a message that was %s is answered as unknown when that cannot be written down, in time', async (_what, turns) => {
    const world = deafAfterTheWire(turns);
    const start = world.clock.monotonic();
    const message = messageOf(await world.send());
    expect(message).toMatchObject({ replayed: false, status: 'unknown', safeToResend: false });
    expect(world.clock.monotonic() - start).toBeLessThan(9500);
    expect(world.used()).toBe(1);
    expect(world.logged.map(({ event }) => event)).toContain('outcome not recorded');
    expect(world.emitted.at(-1)?.values).toMatchObject({ UnknownOutcome: 1, Messages: 1 });
    world.clock.advance(10_000);
    expect(messageOf(await world.send())).toMatchObject({ replayed: true, status: 'unknown' });
    expect(world.calls).toHaveLength(1);
  });
});
