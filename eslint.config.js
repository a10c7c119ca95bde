import cdk from 'eslint-plugin-awscdk';
import tseslint from 'typescript-eslint';

/**
 * The layers: which folder may import what. Patterns are regular expressions on the import as it is written, since
 * the `group` form cannot express "everything but".
 */
const forbid = (files, ...patterns) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
  },
});

const CDK = '^(aws-cdk-lib|constructs)(/|$)';
const SDK = '^@(aws-sdk|smithy)/';
const LOCAL = '(^|/)(local|bench|operator|test)/';

const layers = [
  forbid(
    ['bin/**/*.ts'],
    ['/constructs/', 'bin/ wires stacks; constructs belong to lib/.'],
    ['/lambda/(?!.*contract\\.ts$)', 'bin/ may know a function by its contract only.'],
  ),
  forbid(
    ['lib/*-stack.ts'],
    ['^aws-cdk-lib/aws-', 'A stack only wires; resources are made in lib/constructs.'],
    ['/lambda/', 'A stack does not know functions.'],
    [LOCAL, 'What is deployed must not depend on the laptop.'],
  ),
  forbid(
    ['lib/constructs/**/*.ts', 'lib/config/**/*.ts'],
    ['/lambda/(?!.*(contract|capabilities)\\.ts$)', 'Constructs know a function by its contract only.'],
    [LOCAL, 'What is deployed must not depend on the laptop.'],
  ),
  forbid(
    ['lambda/**/*.ts'],
    [CDK, 'Functions do not know the CDK.'],
    ['/lib/', 'Functions do not know the CDK.'],
    [LOCAL, 'Functions must not depend on the laptop.'],
  ),
  ...['send', 'query', 'rotate-key', 'register-apps'].map((name) =>
    forbid(
      [`lambda/${name}/**/*.ts`],
      [CDK, 'Functions do not know the CDK.'],
      [LOCAL, 'Functions must not depend on the laptop.'],
      [`^\\.\\./(?!shared/|providers/|api/|${name}/)`, 'A function does not import another function.'],
    ),
  ),
  forbid(
    ['lambda/shared/**/*.ts'],
    [CDK, 'Functions do not know the CDK.'],
    [LOCAL, 'Functions must not depend on the laptop.'],
    ['/(send|query|rotate-key|register-apps)/', 'Shared code does not know a function.'],
    ['/providers/(?!contract\\.ts$)', 'Shared code does not know a provider.'],
  ),
  ...['d7', 'infobip', 'sandbox'].map((name) =>
    forbid(
      [`lambda/providers/${name}/**/*.ts`],
      [CDK, 'Providers do not know the CDK.'],
      [LOCAL, 'Providers must not depend on the laptop.'],
      [SDK, 'A provider speaks HTTP through the port it is given.'],
      [
        `^\\.\\./(?!\\.\\./shared/|[a-z-]+\\.ts$|${name}/)`,
        'A provider does not import another provider or a function.',
      ],
    ),
  ),
  forbid(
    ['lambda/send/send-message.ts', 'lambda/query/get-message.ts', 'lambda/rotate-key/use-cases/**/*.ts'],
    [CDK, 'Functions do not know the CDK.'],
    [SDK, 'A use case speaks to ports.'],
    ['^node:https?$', 'A use case speaks to ports.'],
    ['/(handler|entry)\\.ts$', 'Data flows from the door to the use case.'],
  ),
  // Last, because the last rule that matches a file is the one that holds for it.
  forbid(
    ['lambda/*/contract.ts', 'lambda/providers/*/capabilities.ts'],
    ['^(?!.*(capabilities|api/types)\\.ts$)', 'A contract imports nothing but other contracts of its own kind.'],
  ),
];

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', '.build', '.keyroom', '.venv', 'coverage', 'lambda/api/types.ts'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in a template literal read well and cannot hide an object.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { ...cdk.configs.strict, files: ['bin/app.ts', 'lib/**/*.ts'] },
  ...layers,
  {
    // A test may look at anything, and asserts on values it knows to be there.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
