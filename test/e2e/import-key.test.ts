import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

describe('keyroom import-key', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));

  test('fails when the provider refuses the credential, and never shows it', async () => {
    const result = await stage.keyroom(
      ['import-key', 'otp', '--json'],
      JSON.stringify({ username: 'stranger', password: 'canary-pass-4711' }),
    );
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('candidate-refused-by-provider');
    expect(result.stdout + result.stderr).not.toContain('canary-pass-4711');
  });

  test.each([
    ['nothing on standard input', ['import-key', 'otp'], '', 'standard input is empty'],
    ['a room that is not there', ['import-key', 'opt'], '{}', 'has no room opt: there are otp, notices, playground'],
    ['an environment that is not there', ['import-key', 'otp', '-e', 'prod'], '{}', 'there are local, production'],
    ['a room without credentials', ['import-key', 'playground'], '{}', 'uses the provider sandbox, which has no key'],
    ['an unknown command', ['imprt-key', 'otp'], '', "unknown command 'imprt-key'"],
  ])('fails with 2 when there is %s', async (_, args, input, sentence) => {
    const result = await stage.keyroom(args, input);
    expect(result.stderr).toContain(sentence);
    expect(result.code).toBe(2);
  });

  test('--help shows examples', async () => {
    const { code, stdout } = await stage.keyroom(['import-key', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  });

  test('a second import replaces the managing credential by a rotation, without a gap', async () => {
    const result = await stage.keyroom(
      ['import-key', 'notices', '--json'],
      JSON.stringify(await stage.provider('d7').managingCredential()),
    );
    expect([result.code, result.stderr.split('\n').filter((line) => line.startsWith('✗'))]).toEqual([0, []]);
  });
});
