import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const { app, context: flags } = JSON.parse(readFileSync('cdk.json', 'utf8')) as {
  app: string;
  context: Record<string, unknown>;
};

/** The app as the CDK's command line runs it, without credentials and without bundling. */
const run = (context: Record<string, unknown>, outdir: string) => {
  const [command = '', ...args] = app.split(' ');
  const env = {
    PATH: process.env.PATH,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...flags, 'aws:cdk:bundling-stacks': [], ...context }),
  };
  return spawnSync(command, args, { env, encoding: 'utf8' });
};

describe('bin/app', () => {
  let outdir = '';
  beforeEach(() => {
    outdir = mkdtempSync(path.join(tmpdir(), 'keyroom-app-'));
  });
  afterEach(() => rmSync(outdir, { recursive: true }));

  test.each([
    ['local', ['Keyroom-local-Egress', 'Keyroom-local-Notices', 'Keyroom-local-Otp', 'Keyroom-local-Playground']],
    ['production', ['Keyroom-production-Egress', 'Keyroom-production-LateNotices', 'Keyroom-production-Otp']],
  ])(
    'synthesises %s offline and without credentials',
    (environment, stacks) => {
      const { status, stderr } = run({ environment }, outdir);
      expect([status, /error/i.exec(stderr)]).toEqual([0, null]);
      const templates = readdirSync(outdir).flatMap((file) => /^(Keyroom-.*)\.template\.json$/.exec(file)?.[1] ?? []);
      expect(templates.sort()).toEqual(stacks);
    },
    60_000,
  );

  test.each([
    [
      {},
      'Error: the environment must be local or production, got nothing; choose it with -c environment=<name>. A bootstrap needs none: npx cdk bootstrap aws://<account>/<region> --app ""',
    ],
    [{ environment: 'staging' }, 'Error: the environment must be local or production, got "staging"'],
    [
      { environment: 'production', providerBaseUrls: '{"d7":"https://127.0.0.1:1"}' },
      '- local: is allowed in the environment "local" only, got it in "production"',
    ],
  ])('fails when the context is %j', (context, message) => {
    const { status, stderr } = run(context, outdir);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });

  test('hands the addresses of the simulators to the functions', () => {
    run({ environment: 'local', providerBaseUrls: '{"infobip":"https://127.0.0.1:9999"}' }, outdir);
    const template = readFileSync(path.join(outdir, 'Keyroom-local-Otp.template.json'), 'utf8');
    expect(template.match(/"PROVIDER_BASE_URL": "https:\/\/127\.0\.0\.1:9999"/g)).toHaveLength(4);
  }, 60_000);
});
