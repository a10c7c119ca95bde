import { ENVIRONMENTS, loadEnvironment } from '../../../lib/config/environments.ts';

describe('loadEnvironment', () => {
  test.each(Object.keys(ENVIRONMENTS))('loads %s', (name) => {
    expect(loadEnvironment(name).name).toBe(name);
  });

  test.each([
    [undefined, 'got nothing'],
    ['staging', 'got "staging"'],
    ['toString', 'got "toString"'],
  ])('fails when asked for %s, naming what there is', (name, got) => {
    expect(() => loadEnvironment(name)).toThrow(
      `the environment must be local or production, ${got}; choose it with -c environment=<name>. ` +
        'A bootstrap needs none: npx cdk bootstrap aws://<account>/<region> --app ""',
    );
  });

  test('shows, by example, that somebody is woken for every room, and that on-call people may import a key', () => {
    for (const { onCall, keyImporters } of Object.values(loadEnvironment('production').rooms)) {
      expect(onCall?.pages).not.toEqual([]);
      expect(onCall?.pages).toBeDefined();
      expect(keyImporters).toContain('arn:aws:iam::111111111111:role/messaging-on-call');
    }
  });

  test('takes the addresses of simulators from the context', () => {
    const { local } = loadEnvironment('local', { providerBaseUrls: '{"infobip":"https://127.0.0.1:9999"}' });
    expect(local?.providerBaseUrls).toEqual({ d7: 'https://127.0.0.1:4571', infobip: 'https://127.0.0.1:9999' });
  });

  test('fails when addresses of simulators are given outside the local environment', () => {
    expect(() => loadEnvironment('production', { providerBaseUrls: '{"d7":"https://127.0.0.1:1"}' })).toThrow(
      'local: is allowed in the environment "local" only, got it in "production"',
    );
  });

  test.each(['not json', '[]', '{"d7":1}'])('fails when the addresses are %s', (providerBaseUrls) => {
    expect(() => loadEnvironment('local', { providerBaseUrls })).toThrow(
      'the context providerBaseUrls must be a JSON object of provider to URL',
    );
  });
});
