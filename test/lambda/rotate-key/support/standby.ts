import { consoleOf, firstCredential } from './console.ts';
import { createTestRoom, type TestRoom } from './room.ts';

export const STANDBY = ['AWSCURRENT', 'KEYROOM_STANDBY'];
export type Options = Parameters<typeof createTestRoom>;

export const imported = async (...options: Options): Promise<TestRoom> => {
  const room = createTestRoom(...options);
  await room.putCandidate();
  expect(await room.command('import')).toMatchObject({ ok: true });
  return room;
};

/** A room with a second credential that waits. */
export const prepared = async (...options: Options) => {
  const room = await imported(...options);
  const [first, second] = [firstCredential(room), consoleOf(room).make(room, 'second')];
  const old = room.managing.holder('AWSCURRENT')!;
  const standby = await room.putCandidate(second, STANDBY);
  expect(await room.command('import')).toMatchObject({ ok: true });
  return { room, first, second, old, standby };
};

export const reportOf = async (room: TestRoom, versionId: string) => {
  const status = await room.command('status');
  return status.ok ? status.managing.find((one) => one.versionId === versionId) : undefined;
};
export const canSend = async (room: TestRoom) =>
  room.keys.provider.check((await room.sending.get('AWSCURRENT'))!.value, room.keys.settings.channels);
export const tokens = (room: TestRoom) => room.simulator.credentials().length;

/** A door to the provider that can be closed. */
export const closable = () => {
  const door: { answer: 'real' | number } = { answer: 'real' };
  const interference: Options[1] = {
    secret: (secret) => secret,
    table: (table) => table,
    http: (http) => (request) =>
      door.answer === 'real'
        ? http(request)
        : Promise.resolve({ kind: 'response', status: door.answer, headers: {}, body: '{}' }),
  };
  return { door, interference };
};
