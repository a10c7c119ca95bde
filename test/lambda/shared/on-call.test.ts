import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curlOf, statusCurl } from '../../../lambda/shared/on-call/contract.ts';

const ROLE = 'arn:aws:iam::111111111111:role/on-call';
const DOOR = 'https://door.example/operator';

/** What the text calls when somebody pastes it into a shell, as whom they are. */
const runAs = (caller: string, text: string): { readonly aws: string; readonly curl: string } => {
  const bin = mkdtempSync(join(tmpdir(), 'keyroom-shell-'));
  const program = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  try {
    program(
      'aws',
      `case "$2" in get-caller-identity) echo '${caller}';; *) echo "$@" >&2; echo "AKID 2030-01-01 SECRET TOKEN";; esac`,
    );
    program('curl', 'for each in "$@"; do echo "$each"; done');
    const env = { PATH: `${bin}:${process.env.PATH ?? ''}`, USER: 'cloudshell-user' };
    const { stdout, stderr } = spawnSync('sh', ['-c', text], { env, encoding: 'utf8' });
    return { aws: stderr, curl: stdout };
  } finally {
    rmSync(bin, { recursive: true });
  }
};

describe.each([
  ['a command', curlOf(DOOR, 'eu-central-1', ROLE, { command: 'freeze', arguments: { app: 'shop' } }, '$(date +%s)')],
  ['the question where a room stands', statusCurl(DOOR, 'eu-central-1', ROLE)],
])('%s for any shell', (_, text) => {
  test.each([
    ['arn:aws:sts::111111111111:assumed-role/Engineer/ann@example.com', 'ann@example.com'],
    ['arn:aws:iam::111111111111:user/people/bob', 'bob'],
    ['arn:aws:iam::111111111111:root', 'root'],
  ])('acts in the name of %s and not of the shell, so that the audit knows who it was', (caller, session) => {
    expect(runAs(caller, text).aws).toBe(
      `sts assume-role --role-arn ${ROLE} --role-session-name ${session} --query Credentials --output text\n`,
    );
  });

  test('is signed with the session of the role', () => {
    const { curl } = runAs('arn:aws:iam::111111111111:user/bob', text);
    expect(curl.split('\n')).toEqual(
      expect.arrayContaining([
        '--user',
        'AKID:SECRET',
        'x-amz-security-token: TOKEN',
        'aws:amz:eu-central-1:execute-api',
      ]),
    );
    expect(curl).toContain(DOOR);
  });
});
