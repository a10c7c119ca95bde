import { messageOf } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { createWorld } from '../support/world.ts';

describe('time, looked at again before the first byte', () => {
  test('does not call the provider when validUntil passes during the round trips', async () => {
    const world: ReturnType<typeof createWorld> = createWorld({
      around: (operation, apply) => {
        if (operation === 'put') world.clock.jump(10_000);
        return Promise.resolve(apply());
      },
    });
    const sent = await world.send({ ...SMS, validForSeconds: 10 });
    expect(messageOf(sent)).toMatchObject({ status: 'expired', safeToResend: true });
    expect(world.calls).toHaveLength(0);
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
    expect(messageOf(await world.send()).status).toBe('queued');
    expect(world.calls).toHaveLength(0);
  });

  test('does not call the provider when the ledger took the time that was left', async () => {
    const world: ReturnType<typeof createWorld> = createWorld({
      around: (operation, apply) => {
        if (operation === 'put') world.clock.advance(7300);
        return Promise.resolve(apply());
      },
    });
    expect(messageOf(await world.send()).status).toBe('queued');
    expect(world.calls).toHaveLength(0);
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
