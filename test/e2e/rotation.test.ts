import { importOnce, settled } from './support/imported.ts';
import { openStage } from './support/stage.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';

interface Document {
  readonly ok: boolean;
  readonly figures: { readonly credentials?: readonly { readonly state: string }[] };
}

describe('rotation', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));

  // Whatever test ran before: no old key is left draining.
  beforeEach(() => settled(stage, 'otp'));

  const keysOf = async (room: string) => {
    const { stdout } = await stage.keyroom(['keys', room, '--json']);
    const { figures } = JSON.parse(stdout) as Document;
    return figures.credentials ?? [];
  };

  test("an Infobip key is bound to the room's addresses, and its predecessor is proved dead", async () => {
    const { code, stderr } = await stage.keyroom(['rotate', 'otp', '--until-retired', '--timeout', '60', '--json']);
    expect([code, stderr.split('\n').filter((line) => line.startsWith('✗'))]).toEqual([0, []]);
    const keys = await stage.provider('infobip').credentials();
    expect(keys.filter(({ state }) => state === 'active').length).toBe(1);
    for (const { allowedIps } of keys) expect(allowedIps?.length).toBe(2);
    expect((await keysOf('otp')).filter(({ state }) => state === 'active').length).toBe(1);
    expect((await post(stage, ['otp', 'checkout'], sms())).status).toBe(202);
  });

  test('a D7 token is replaced, and the command says that the old one is not proved dead', async () => {
    const { code } = await stage.keyroom(['rotate', 'notices', '--until-retired', '--timeout', '60', '--json']);
    expect(code).toBe(3);
    expect((await keysOf('notices')).some(({ state }) => state === 'not-provably-dead')).toBe(true);
    expect((await post(stage, ['notices', 'shipping'], sms())).status).toBe(202);
  });

  test('fails when the old key still drains, and says so', async () => {
    const first = await stage.keyroom(['rotate', 'otp', '--json']);
    expect(first.code).toBe(0);
    const second = await stage.keyroom(['rotate', 'otp', '--json']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('old-key-still-draining');
  });
});
