import { describeKeys } from '../../operator/describe-keys.ts';
import { consoleOf, firstCredential } from '../lambda/rotate-key/support/console.ts';
import { createTestRoom, type TestRoom } from '../lambda/rotate-key/support/room.ts';

const shown = async (room: TestRoom): Promise<string> => {
  const answer = await room.command('status');
  if (!answer.ok) throw new Error(answer.code);
  return describeKeys(answer, (name) => `keyroom ${name} otp -e test`);
};

const imported = async (): Promise<TestRoom> => {
  const room = createTestRoom('infobip');
  await room.putCandidate();
  await room.command('import');
  return room;
};

describe('describeKeys', () => {
  test('a room without a key is told how to get one, and shows no empty table', async () => {
    expect(await shown(createTestRoom('infobip'))).toBe(
      'No key sends. Import one: keyroom import-key otp -e test\nNo rotation is under way.',
    );
  });

  test('says first which key sends, and of each what its state means', async () => {
    const room = await imported();
    await room.rotate();
    const text = await shown(room);
    expect(text).toMatch(/^Version [0-9a-f]{8} sends since 2026-11-01 08:00 UTC\.\nNo rotation is under way\.\n/);
    expect(text).toMatch(/draining .*the first sweep after \d\d:\d\d:\d\d UTC retires it/);
    room.advance(1000);
    await room.command('sweep');
    // The key that sends comes first, whatever changed last.
    expect(await shown(room)).toMatch(/active .*sends now[^]*dead .*the provider refused it when asked/);
  });

  test('tells of a rotation under way and of the step that failed, with the code and what to do', async () => {
    const room = await imported();
    room.simulator.changeAccount({ propagationSeconds: 600 });
    await room.rotate({ tries: 2 });
    const text = await shown(room);
    expect(text).toMatch(/A rotation is under way: version [0-9a-f]{8}, begun 2026-11-01 08:\d\d UTC\./);
    expect(text).toMatch(
      /! testSecret of version [0-9a-f]{8} failed 2 times, last .*\(pending-key-refused\)\n {2}what to/,
    );
  });

  test('shows what makes the keys, and what a person has to do about it', async () => {
    const room = await imported();
    expect(await shown(room)).toMatch(/keyroom-[0-9a-f]{8} .*active .*makes the sending keys/);
    const { username = '' } = firstCredential(room);
    await room.putCandidate(consoleOf(room).make(room, 'second'), ['AWSCURRENT', 'KEYROOM_STANDBY']);
    await room.command('import');
    expect(await shown(room)).toMatch(/user-second .*standby .*waits for "swap"/);
    await room.command('swap');
    const text = await shown(room);
    expect(text).toMatch(new RegExp(`${username} .*draining .*to be deleted at the provider`));
    expect(text).toContain(`! Delete the portal user ${username} in Infobip’s portal.`);
    room.simulator.changeAccount({ deleteUser: username });
    await room.command('sweep');
    expect(await shown(room)).toMatch(new RegExp(`${username} .*dead .*the provider refused it when asked`));
  });
});
