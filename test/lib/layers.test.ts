import { execFileSync } from 'node:child_process';

/** Lints each text as if it were the file, by the layers alone; a process of its own, as the configuration is an ES module. */
const LINT = `
  import { Linter } from 'eslint';
  import tseslint from 'typescript-eslint';
  import { layers } from './eslint.config.js';
  const linter = new Linter();
  const parser = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } };
  const cases = JSON.parse(process.argv[1]);
  const messages = cases.map(([file, text]) => linter.verify(text, [parser, ...layers], file).map(({ message }) => message));
  console.log(JSON.stringify(messages));
`;

const lint = (cases: readonly (readonly [file: string, text: string])[]): string[][] => {
  const args = ['--input-type=module', '-e', LINT, JSON.stringify(cases)];
  return JSON.parse(execFileSync('node_modules/.bin/node', args, { encoding: 'utf8' })) as string[][];
};

const from = (specifier: string) => `import '${specifier}';`;

const REFUSED: [file: string, text: string, reason: string][] = [
  ['bin/app.ts', from('../lib/constructs/ledger.ts'), 'Constructs are for stacks'],
  ['bin/app.ts', from('../local/system/state-file.ts'), 'must not depend on the laptop'],
  ['bin/app.ts', from('../operator/report.ts'), 'must not depend on the laptop'],
  ['bin/keyroom.ts', from('../local/system/state-file.ts'), 'must not depend on the laptop'],
  ['bin/keyroom.ts', from('@aws-sdk/client-lambda'), 'The operator API makes the calls'],
  ['bin/keyroom.ts', from('../lambda/send/handler.ts'), 'by its contract only'],
  ['lib/room-stack.ts', from('aws-cdk-lib/aws-sns'), 'A stack only wires'],
  ['lib/room-stack.ts', from('../lambda/send/contract.ts'), 'A stack does not know functions'],
  ['lib/room/keep-key.ts', from('aws-cdk-lib/aws-sns'), 'A stack only wires'],
  ['lib/environment-stacks.ts', from('aws-cdk-lib/aws-sns'), 'A stack only wires'],
  ['lib/environment-stacks.ts', from('./constructs/ledger.ts'), 'Constructs are for stacks'],
  ['lib/environment-stacks.ts', from('../lambda/send/contract.ts'), 'A stack does not know functions'],
  ['lib/environment-stacks.ts', from('../local/system/state-file.ts'), 'must not depend on the laptop'],
  ['lib/acknowledgements.ts', from('./config/names.ts'), 'know no code'],
  ['lib/acknowledgements.ts', from('aws-cdk-lib/aws-sns'), 'make no resource'],
  ['lib/constructs/ledger.ts', from('../../lambda/shared/message-ledger.ts'), 'by its contract only'],
  ['lib/constructs/ledger.ts', from('../room-stack.ts'), 'wire stacks'],
  ['lib/constructs/ledger.ts', from('../../local/system/state-file.ts'), 'must not depend on the laptop'],
  ['lib/constructs/ledger.ts', from('@aws-sdk/client-lambda'), 'Synth asks AWS nothing'],
  ['lib/config/names.ts', from('../constructs/ledger.ts'), 'Constructs are for stacks'],
  ['lambda/query/handler.ts', from('../../lib/config/names.ts'), 'do not know the CDK'],
  ['lambda/query/handler.ts', from('../send/limits.ts'), 'does not import another function'],
  ['lambda/query/handler.ts', from('../../local/system/trust.ts'), 'must not depend on the laptop'],
  ['lambda/shared/http.ts', from('../send/limits.ts'), 'Shared code does not know a function'],
  ['lambda/shared/http.ts', from('../../lib/config/names.ts'), 'do not know the CDK'],
  ['lambda/providers/d7/adapter.ts', from('../infobip/adapter.ts'), 'does not import another provider'],
  ['lambda/providers/d7/adapter.ts', from('../../../lib/config/names.ts'), 'do not know the CDK'],
  ['lambda/send/contract.ts', from('../shared/clock.ts'), 'A contract imports nothing'],
  ['operator/target.ts', from('../local/system/state-file.ts'), "without a laptop's room"],
  ['operator/target.ts', from('../lib/constructs/ledger.ts'), 'only the configuration'],
  ['operator/target.ts', from('../lambda/shared/http.ts'), 'by its contract only'],
  ['operator/target.ts', from('aws-cdk-lib'), 'know the CDK'],
  ['local/system/cdk.ts', from('../../lambda/shared/http.ts'), 'by its contract only'],
  ['local/system/cdk.ts', from('../../lib/room-stack.ts'), 'only the configuration'],
  ['local/system/cdk.ts', from('../../test/e2e/support/stage.ts'), 'through its public face'],
];

/** What decides: every kind of access to the outside is refused, and what holds for all functions holds, too. */
const USE_CASES = [
  'lambda/send/grants.ts',
  'lambda/send/send-message.ts',
  'lambda/query/get-message.ts',
  'lambda/retry/retry-message.ts',
  'lambda/sweep-ledger/sweep-message.ts',
  'lambda/register-apps/register-apps.ts',
  'lambda/rotate-key/use-cases/rotate.ts',
];
const OUTSIDE: [text: string, reason: string][] = [
  [from('@aws-sdk/client-lambda'), 'speaks to ports'],
  [from('node:https'), 'speaks to ports'],
  [from('http'), 'speaks to ports'],
  [from('../shared/aws/dynamodb.ts'), 'speaks to ports'],
  [from('../providers/registry.ts'), 'the provider it is given'],
  [from('node:process'), 'is given what it has to know'],
  [from('./handler.ts'), 'from the door to the use case'],
  [from('aws-lambda'), 'does not know events'],
  [from('aws-cdk-lib'), 'know the CDK'],
  [from('../../lib/config/names.ts'), 'do not know the CDK'],
  [from('../../local/system/trust.ts'), 'must not depend on the laptop'],
  ['export const now = () => Date.now();', 'asks the clock'],
  ['export const now = () => new Date();', 'asks the clock'],
  ['export const room = () => process.env.ROOM;', 'is given what it has to know'],
  ["export const call = () => fetch('https://example.com');", 'speaks to ports'],
  ["export const call = () => globalThis.fetch('https://example.com');", 'speaks to ports'],
  ["export const late = () => import('../shared/clock.ts');", 'passes by the layers'],
];
for (const file of USE_CASES) for (const [text, reason] of OUTSIDE) REFUSED.push([file, text, reason]);
for (const file of USE_CASES.filter((path) => !path.includes('/send/'))) {
  REFUSED.push([file, from('../send/limits.ts'), 'does not import another function']);
}

const ALLOWED: [file: string, text: string][] = [
  ['bin/keyroom.ts', from('../operator/report.ts')],
  ['bin/keyroom.ts', from('../lambda/providers/contract.ts')],
  ['lib/room-stack.ts', from('./constructs/ledger.ts')],
  ['lib/environment-stacks.ts', from('./room-stack.ts')],
  ['lib/constructs/ledger.ts', from('../../lambda/send/contract.ts')],
  ['lib/config/environments.ts', from('./local.ts')],
  ['lambda/send/handler.ts', from('aws-lambda')],
  ['lambda/send/real-ports.ts', 'export const room = () => process.env.ROOM;'],
  ['lambda/register-apps/answer.ts', from('node:https')],
  ['lambda/rotate-key/use-cases/rotate.ts', from('../errors.ts')],
  ['lambda/rotate-key/use-cases/rotate.ts', from('../../providers/capabilities.ts')],
  ['lambda/send/limits.ts', 'export const at = (epochMs: number) => new Date(epochMs);'],
  ['operator/target.ts', from('../lib/config/names.ts')],
  ['operator/target.ts', from('../lambda/rotate-key/contract.ts')],
  ['local/system/cdk.ts', from('../../operator/report.ts')],
];

describe('the layers', () => {
  test('refuse what passes by them, with the reason', () => {
    const found = lint(REFUSED.map(([file, text]) => [file, text]));
    const missed = REFUSED.filter(([, , reason], index) => !found[index]!.some((message) => message.includes(reason)));
    expect(missed).toEqual([]);
  });

  test('let through what goes along them', () => {
    const found = lint(ALLOWED);
    expect(ALLOWED.filter((_, index) => found[index]!.length > 0)).toEqual([]);
  });
});
