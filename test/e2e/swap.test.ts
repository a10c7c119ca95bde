import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

interface Document {
  readonly figures: { readonly notProvedDead?: readonly { readonly publicId: string; readonly todo: string }[] };
}

describe('keyroom swap', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));

  test('a standby waits, takes over while messages flow, and the deleted application is proved dead', async () => {
    const d7 = stage.provider('d7');
    const first = await d7.managingCredential();
    const second = { clientId: 'application-2', clientSecret: 'canary-second-secret-4711' };
    await d7.changeAccount({ addApplication: second });
    const imported = await stage.keyroom(['import-key', '--standby', 'notices', '--json'], JSON.stringify(second));
    expect([imported.code, imported.stderr.split('\n').filter((line) => line.startsWith('✗'))]).toEqual([0, []]);
    const { stdout: keys } = await stage.keyroom(['keys', 'notices']);
    expect(keys).toMatch(/application-2 .*standby/);

    const swapped = await stage.keyroom(['swap', 'notices', '--json']);
    const { figures } = JSON.parse(swapped.stdout) as Document;
    expect([swapped.code, figures.notProvedDead?.map(({ publicId }) => publicId)]).toEqual([3, [first.clientId]]);
    expect(figures.notProvedDead?.[0]?.todo).toContain(`Delete the application ${first.clientId}`);
    expect((await post(stage, ['notices', 'shipping'], sms())).status).toBe(202);

    await d7.changeAccount({ deleteApplication: first.clientId });
    expect((await post(stage, ['notices', 'shipping'], sms())).status).toBe(202);
    const swept = await stage.keyroom(['sweep', 'notices']);
    expect([swept.code, swept.stderr]).toEqual([0, expect.stringContaining('proved dead')]);
    const shown = [imported, swapped, swept].map(({ stdout, stderr }) => stdout + stderr).join();
    expect(shown).not.toContain(second.clientSecret);
    expect(shown).not.toContain(first.clientSecret);
  });

  test('fails without a standby, and says what to do', async () => {
    const { code, stderr } = await stage.keyroom(['swap', 'otp']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/standby-missing[^]*what to do: Make a second credential/),
    ]);
  });

  test('--help shows examples, and how the old credential ends', async () => {
    const { code, stdout } = await stage.keyroom(['swap', '--help']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/deleted at the provider by a person[^]*Examples:|Examples:[^]*deleted/),
    ]);
  });
});
