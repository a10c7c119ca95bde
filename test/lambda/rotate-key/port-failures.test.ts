import { randomUUID } from 'node:crypto';

import type { RoomCommand } from '../../../lambda/rotate-key/contract.ts';
import { createFaultInjector, type Fault } from './support/faults.ts';
import { createTestRoom, INVOCATION } from './support/room.ts';

type Provider = 'd7' | 'infobip';

/** Steps that bring a room to where a command has most to do. */
const ready = async (provider: Provider, schedule: ReadonlyMap<number, Fault>, action: RoomCommand['action']) => {
  const faults = createFaultInjector(schedule);
  const room = createTestRoom(provider, faults);
  await room.putCandidate();
  if (action !== 'import') {
    await room.command('import');
    await room.rotate();
    room.advance(1000);
  }
  if (action === 'rotate') {
    await room.command('sweep');
    // Half of a token's life, so that nothing else is in the way.
    room.advance(60);
  }
  faults.armed = true;
  const result = await room.command(action);
  faults.armed = false;
  return { room, result, calls: faults.calls };
};

const KINDS = ['error', 'lost'] as const;

describe.each<Provider>(['d7', 'infobip'])('%s: a single failure of any call to the outside', (provider) => {
  test.each<RoomCommand['action']>(['import', 'rotate', 'sweep', 'status'])(
    'gives %s a code that says what to do, never `internal`',
    async (action) => {
      const clean = await ready(provider, new Map(), action);
      expect(clean.result).toMatchObject({ ok: true });
      expect(clean.calls.length).toBeGreaterThan(1);
      for (let index = 0; index < clean.calls.length; index += 1) {
        for (const fault of KINDS) {
          const { result, calls } = await ready(provider, new Map([[index, fault]]), action);
          if (result.ok) continue;
          const where = `${fault} at ${calls[index] ?? ''}`;
          expect([where, result.code]).not.toEqual([where, 'internal']);
          expect([where, result.retryable]).toEqual([where, true]);
        }
      }
    },
  );

  test.each(KINDS)('of the ledger (%s) fails no command at all', async (fault) => {
    for (const action of ['import', 'rotate', 'sweep', 'status'] as const) {
      const { calls } = await ready(provider, new Map(), action);
      const table = [...calls.entries()].filter(([, call]) => call === 'getItem' || call === 'putItem');
      expect(table.length).toBeGreaterThan(0);
      for (const [index] of table) {
        const { result } = await ready(provider, new Map([[index, fault]]), action);
        expect([action, index, result.ok]).toEqual([action, index, true]);
      }
    }
  });

  test('lost when the rotation was started is no failure: it has begun', async () => {
    const { calls } = await ready(provider, new Map(), 'rotate');
    const { room, result } = await ready(provider, new Map([[calls.indexOf('startRotation'), 'lost']]), 'rotate');
    expect(result).toMatchObject({ ok: true });
    expect(room.sending.holder('AWSPENDING')).toBeDefined();
  });
});

describe('a command that fails', () => {
  test('says whether it may be repeated and under which request id the log has it', async () => {
    const room = createTestRoom('infobip');
    expect(await room.command('rotate')).toMatchObject({
      ok: false,
      code: 'room-has-no-key',
      retryable: false,
      requestId: INVOCATION.awsRequestId,
      fix: 'Run `keyroom import-key otp -e test`.',
    });
    expect(room.logged.at(-1)?.fields).toMatchObject({ requestId: INVOCATION.awsRequestId });
  });

  test('is told so also when the sweep gave way and the report then failed', async () => {
    const failing = createTestRoom('infobip', {
      secret: (secret) => ({ ...secret, describe: () => Promise.reject(new TypeError('canary-4711')) }),
      http: (http) => http,
      table: (table) => table,
    });
    const claim = { by: randomUUID(), until: new Date(failing.now() + 60_000).toISOString() };
    await failing.keys.state.write({ claim, keys: [], managing: [] }, await failing.keys.state.read());
    expect(await failing.command('sweep')).toMatchObject({ ok: false, code: 'internal' });
  });

  test.each([
    ['the provider is away', 'provider-unreachable', 1],
    ['the candidate is refused', 'candidate-refused-by-provider', 0],
    ['the candidate has the wrong form', 'candidate-malformed', 0],
    ['there is no candidate', 'candidate-missing', 0],
  ])('counts as a failed import or not: %s', async (_what, code, count) => {
    const away = code === 'provider-unreachable';
    const room = createTestRoom('infobip', {
      secret: (secret) => secret,
      http: (http) => (away ? () => Promise.resolve({ kind: 'not-written', cause: 'connect-timeout' }) : http),
      table: (table) => table,
    });
    if (code === 'candidate-refused-by-provider') await room.putCandidate({ username: 'nobody', password: 'wrong' });
    else if (code === 'candidate-malformed') await room.putCandidate({ username: 1 });
    else if (away) await room.putCandidate();
    expect(await room.command('import')).toMatchObject({ ok: false, code });
    expect(room.total('RotationFailed')).toBe(count);
  });
});
