import { messageOf, NOT_SENT, problemOf } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { createWorld } from '../support/world.ts';

describe('time, looked at again before the first byte', () => {
  test('does not call the provider when validUntil passes during the round trips', async () => {
    let puts = 0;
    const world: ReturnType<typeof createWorld> = createWorld({
      around: (operation, apply) => {
        // The third is the one that claims the message again.
        if (operation === 'put' && ++puts === 3) world.clock.advance(1500);
        return Promise.resolve(apply());
      },
    });
    const body = { ...SMS, validForSeconds: 10 };
    world.turns.push(NOT_SENT);
    await world.send(body);
    world.clock.advance(9000);
    expect(messageOf(await world.send(body))).toMatchObject({ status: 'expired', safeToResend: true });
    expect(puts).toBe(3);
    expect(world.calls).toHaveLength(1);
    expect(world.used()).toBe(0);
  });

  test('does not call the provider when others may think that the lease has passed', async () => {
    const world: ReturnType<typeof createWorld> = createWorld({
      around: (operation, apply) => {
        const result = apply();
        if (operation === 'put') world.clock.jump(5000);
        return Promise.resolve(result);
      },
    });
    expect(problemOf(await world.send()).code).toBe('not-sent');
    expect(world.calls).toHaveLength(0);
    expect(world.used()).toBe(0);
  });

  test('does not call the provider when the ledger took the time that was left', async () => {
    const world: ReturnType<typeof createWorld> = createWorld({
      around: (operation, apply) => {
        if (operation === 'put') world.clock.advance(7300);
        return Promise.resolve(apply());
      },
    });
    expect(problemOf(await world.send())).toMatchObject({ code: 'not-sent', retry: 'same-key' });
    expect(world.calls).toHaveLength(0);
    expect(world.used()).toBe(0);
  });

  test('gives the provider less than its 6 seconds when less is left', async () => {
    const world: ReturnType<typeof createWorld> = createWorld({
      around: (operation, apply) => {
        if (operation === 'put') world.clock.advance(4000);
        return Promise.resolve(apply());
      },
    });
    await world.send();
    expect(world.calls[0]?.deadline).toBe(9500 - 4000 - 1300);
  });
});
