import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

const run = promisify(execFile);

/** The commands of the app developers' page that call a door, as they stand there. */
const commands = [...readFileSync('docs/app-developer.md', 'utf8').matchAll(/^```\n(curl [^`]+)\n```$/gm)].map(
  ([, command]) => command ?? '',
);

describe('the commands that the documentation shows', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));

  /** As a person would type it, with the local system's authority and Region in place of AWS's own. */
  const type = async (command: string, more: Readonly<Record<string, string>>) => {
    const script = command.replaceAll('eu-central-1', stage.state.region);
    const env = { PATH: process.env.PATH, CURL_CA_BUNDLE: stage.state.ca, ...more };
    const { stdout } = await run('sh', ['-c', `${script} --silent --show-error --max-time 30 -w '\n%{http_code}'`], {
      env,
    });
    const [body = '', status] = stdout.split(/\n(?=\d+$)/);
    return { status: Number(status), body: JSON.parse(body) as Record<string, unknown> };
  };

  test('are three', () => {
    expect(commands.map((command) => /sigv4|Bearer/.exec(command)?.[0])).toEqual(['sigv4', 'Bearer', 'sigv4']);
  });

  test('send and list, signed by curl with the session of a role', async () => {
    const { apiUrl, apps } = stage.room('otp');
    const session = apps.checkout!;
    const environment = {
      DOOR: apiUrl,
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    };
    const sent = await type(commands[0]!, environment);
    expect(sent).toMatchObject({ status: 202, body: { status: 'accepted', channel: 'sms' } });
    const found = await type(commands[2]!, environment);
    expect(found).toMatchObject({ status: 200, body: { messages: expect.any(Array) as unknown } });
    const stranger = await type(commands[0]!, { ...environment, AWS_SECRET_ACCESS_KEY: 'another' });
    expect(stranger).toMatchObject({ status: 403, body: { type: 'urn:keyroom:problem:not-authorized' } });
  });

  test('send with a key at the other door', async () => {
    const { stdout } = await stage.keyroom(['app-key', 'issue', 'playground', 'website', '--json']);
    const { key = '' } = (JSON.parse(stdout) as { figures: { key?: string } }).figures;
    // Two codes a minute to one recipient are what others send through this door, too.
    const command = commands[1]!.replace('otp', 'transactional');
    const sent = await type(command, { KEY_DOOR: stage.room('playground').keyApiUrl ?? '', KEYROOM_KEY: key });
    expect(sent).toMatchObject({ status: 202, body: { status: 'accepted' } });
    await stage.keyroom(['app-key', 'revoke', 'playground', 'website', '--all']);
  });
});
