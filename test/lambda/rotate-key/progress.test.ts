import { randomUUID } from 'node:crypto';

import type { RoomCommandResult } from '../../../lambda/rotate-key/contract.ts';
import { createTestRoom, type TestRoom } from './support/room.ts';
import { EGRESS } from './support/simulated-http.ts';

const imported = async (): Promise<TestRoom> => {
  const room = createTestRoom('infobip');
  await room.putCandidate();
  await room.command('import');
  return room;
};

const status = async (room: TestRoom): Promise<Extract<RoomCommandResult, { ok: true }>> => {
  const result = await room.command('status');
  if (!result.ok) throw new Error(result.code);
  return result;
};

describe('the status of a room', () => {
  test('says that no rotation is under way', async () => {
    expect((await status(await imported())).rotation).toEqual({ inProgress: null, lastFailure: null });
  });

  test('names the rotation under way, and since when once its first step has run', async () => {
    const room = await imported();
    const versionId = randomUUID();
    room.sending.beginRotation(versionId);
    expect((await status(room)).rotation.inProgress).toEqual({ versionId, since: null });
    const before = new Date(room.now()).toISOString();
    await room.step('createSecret', versionId);
    room.advance(60);
    await room.step('testSecret', versionId);
    const { inProgress } = (await status(room)).rotation;
    expect(inProgress).toMatchObject({ versionId });
    // From its beginning, and not from its present state.
    expect(Date.parse(inProgress?.since ?? '') - Date.parse(before)).toBeLessThan(60_000);
  });

  test('says until when an old key drains, and not any more once it is dead', async () => {
    const room = await imported();
    await room.rotate();
    const draining = (await status(room)).credentials.find(({ state }) => state === 'draining');
    expect(Date.parse(draining?.drainingUntil ?? '')).toBeGreaterThan(room.now());
    room.advance(1000);
    await room.command('sweep');
    expect((await status(room)).credentials.find(({ state }) => state === 'dead')).not.toHaveProperty('drainingUntil');
  });
});

describe('a step that fails', () => {
  test('is remembered with what it means, what to do and how often, until a rotation succeeds', async () => {
    const room = await imported();
    room.simulator.changeAccount({ propagationSeconds: 600 });
    expect(await room.rotate({ tries: 2 })).toBe('pending-key-refused');
    const { inProgress, lastFailure } = (await status(room)).rotation;
    expect(lastFailure).toMatchObject({
      versionId: inProgress?.versionId,
      step: 'testSecret',
      code: 'pending-key-refused',
      times: 2,
      message: 'the provider refuses the new key',
    });
    expect(lastFailure?.fix).toMatch(/^Look at the key/);
    expect(Date.parse(lastFailure?.at ?? '')).toBeLessThanOrEqual(room.now());
    room.advance(600);
    expect(await room.rotate()).toBe('done');
    expect((await status(room)).rotation).toEqual({ inProgress: null, lastFailure: null });
  });

  test('for another reason begins to count anew', async () => {
    const room = await imported();
    const token = randomUUID();
    room.source = '198.51.100.66';
    await room.rotate({ token });
    expect((await status(room)).rotation.lastFailure).toMatchObject({ code: 'address-refused', times: 1 });
    room.source = EGRESS;
    room.simulator.changeAccount({ propagationSeconds: 6000 });
    await room.rotate({ token });
    expect((await status(room)).rotation.lastFailure).toMatchObject({ code: 'pending-key-refused', times: 1 });
  });

  test('of a rotation that is over takes the place of no other', async () => {
    const room = await imported();
    room.simulator.changeAccount({ propagationSeconds: 600 });
    await room.rotate();
    await expect(room.step('testSecret', randomUUID())).rejects.toMatchObject({ code: 'version-unknown' });
    expect((await status(room)).rotation.lastFailure?.code).toBe('pending-key-refused');
  });

  test('fails with its own reason when it cannot be remembered', async () => {
    const room = await imported();
    const token = randomUUID();
    room.sending.beginRotation(token);
    await room.step('createSecret', token);
    room.simulator.changeAccount({ propagationSeconds: 600 });
    room.table.putItem = () => Promise.reject(new Error('the table is gone'));
    await expect(room.step('testSecret', token)).rejects.toMatchObject({ code: 'pending-key-refused' });
  });
});
