import cdk from 'eslint-plugin-awscdk';
import tseslint from 'typescript-eslint';

/**
 * The layers: which folder may import what. Patterns are regular expressions on the import as it is written, since
 * the `group` form cannot express "everything but".
 *
 * Of several entries that match a file, ESLint takes the options of the last: so a narrower entry repeats the patterns
 * of the wider ones, and comes after them.
 */
const forbid = (files, patterns, { ignores = [], ...rules } = {}) => ({
  files,
  ignores,
  rules: {
    'no-restricted-imports': ['error', { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
    ...rules,
  },
});

const FUNCTIONS = [
  'send',
  'retry',
  'sweep-ledger',
  'query',
  'read-records',
  'reconcile',
  'receipt',
  'rotate-key',
  'register-apps',
  'authorize-key',
  'app-keys',
  'incident',
  'status',
  'notify',
];
/** Functions with many adapters: what decides is in a folder of its own. */
const WITH_USE_CASES = ['rotate-key', 'incident', 'notify'];
const SDK = '^@(aws-sdk|smithy)/';
const LAPTOP = ['(^|/)(local|bench|operator|test|bin)/', 'What is deployed must not depend on the laptop.'];
const NO_CDK = ['^(aws-cdk-lib|constructs)(/|$)', 'Only lib/ and bin/app know the CDK.'];
const NO_CONSTRUCTS = ['/constructs/', 'Constructs are for stacks and for each other.'];
const NO_STACKS = [
  '(-stack|/environment-stacks|/acknowledgements)\\.ts$',
  'Only bin/app and lib/environment-stacks wire stacks.',
];
const CONTRACTS_ONLY = ['/lambda/(?!.*(contract|capabilities)\\.ts$)', 'A function is known by its contract only.'];
const CONFIG_ONLY = ['/lib/(?!config/)', 'Of what is deployed, only the configuration may be known here.'];
const NO_LOOK_UP = [SDK, 'Synth asks AWS nothing.'];

const IN_FUNCTION = [NO_CDK, LAPTOP, ['/lib/', 'Functions do not know the CDK.']];
const IN_SHARED = [
  ...IN_FUNCTION,
  [`/(${FUNCTIONS.join('|')})/`, 'Shared code does not know a function.'],
  ['/providers/(?!contract\\.ts$)', 'Shared code does not know a provider.'],
];
const IN_USE_CASE = [
  [SDK, 'A use case speaks to ports.'],
  ['^(node:)?https?$', 'A use case speaks to ports.'],
  ['^(node:)?process$', 'A use case is given what it has to know.'],
  ['^aws-lambda$', 'A use case does not know events.'],
  ['/shared/aws/', 'A use case speaks to ports.'],
  ['/providers/(?!(capabilities|contract)\\.ts$)', 'A use case speaks to the provider it is given.'],
  ['/(handler|entry|real-ports|dependencies)\\.ts$', 'Data flows from the door to the use case.'],
];

/** What reaches the outside without an import. */
const USE_CASE_RULES = {
  'no-restricted-globals': ['error', { name: 'fetch', message: 'A use case speaks to ports.' }],
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env', message: 'A use case is given what it has to know.' },
    { object: 'globalThis', property: 'fetch', message: 'A use case speaks to ports.' },
    { object: 'Date', property: 'now', message: 'A use case asks the clock it is given.' },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
      message: 'A use case asks the clock it is given.',
    },
    { selector: 'ImportExpression', message: 'An import that is not at the top passes by the layers.' },
  ],
};

/** A function's own files; then those of them that decide, without the doors and what wires them. */
const functionLayers = (name) => {
  const others = FUNCTIONS.filter((other) => other !== name).join('|');
  const patterns = [...IN_FUNCTION, [`/(${others})/`, 'A function does not import another function.']];
  const useCases = WITH_USE_CASES.includes(name) ? `lambda/${name}/use-cases/**/*.ts` : `lambda/${name}/**/*.ts`;
  return [
    forbid([`lambda/${name}/**/*.ts`], patterns),
    forbid([useCases], [...patterns, ...IN_USE_CASE], {
      // register-apps/answer.ts is the adapter that answers CloudFormation over HTTP.
      ignores: [
        '**/handler.ts',
        '**/entry.ts',
        '**/real-ports.ts',
        '**/register-apps/answer.ts',
        '**/register-apps/registry-table.ts',
        '**/publish-events/event-bridge.ts',
      ],
      ...USE_CASE_RULES,
    }),
  ];
};

const IN_BIN = [
  NO_CONSTRUCTS,
  CONTRACTS_ONLY,
  ['(^|/)(local|bench|test)/', 'A command must not depend on the laptop.'],
  [SDK, 'The operator API makes the calls of AWS.'],
];

const IN_STACK = [
  ['^aws-cdk-lib/aws-', 'A stack only wires; resources are made in lib/constructs.'],
  ['/lambda/', 'A stack does not know functions.'],
  LAPTOP,
  NO_LOOK_UP,
];

/** The layers alone, for their test. */
export const layers = [
  forbid(['bin/**/*.ts'], IN_BIN),
  forbid(['bin/app.ts'], [...IN_BIN, LAPTOP]),
  forbid(['lib/*-stack.ts', 'lib/room/**/*.ts'], IN_STACK),
  forbid(['lib/environment-stacks.ts'], [...IN_STACK, NO_CONSTRUCTS]),
  forbid(
    ['lib/acknowledgements.ts'],
    [
      ['^\\.', 'Acknowledgements go by paths and rules, and know no code.'],
      ['^aws-cdk-lib/', 'They make no resource.'],
      NO_LOOK_UP,
    ],
  ),
  forbid(['lib/constructs/**/*.ts'], [CONTRACTS_ONLY, LAPTOP, NO_STACKS, NO_LOOK_UP]),
  forbid(['lib/config/**/*.ts'], [CONTRACTS_ONLY, LAPTOP, NO_STACKS, NO_LOOK_UP, NO_CONSTRUCTS]),
  forbid(['lambda/**/*.ts'], IN_FUNCTION),
  ...FUNCTIONS.flatMap(functionLayers),
  forbid(['lambda/shared/**/*.ts'], IN_SHARED),
  forbid(['lambda/shared/delivery/**/*.ts'], [...IN_SHARED, ...IN_USE_CASE], {
    ignores: ['**/real-ports.ts'],
    ...USE_CASE_RULES,
  }),
  forbid(
    ['lambda/providers/*/*.ts'],
    [
      ...IN_FUNCTION,
      [SDK, 'A provider speaks HTTP through the port it is given.'],
      ['^\\.\\./(?!\\.\\./shared/|[a-z-]+\\.ts$)', 'A provider does not import another provider or a function.'],
    ],
  ),
  forbid(
    ['lambda/*/contract.ts', 'lambda/shared/delivery/contract.ts', 'lambda/providers/*/capabilities.ts'],
    [['^(?!.*(capabilities|api/types)\\.ts$)', 'A contract imports nothing but other contracts of its own kind.']],
  ),
  forbid(
    ['operator/**/*.ts'],
    [
      NO_CDK,
      CONTRACTS_ONLY,
      CONFIG_ONLY,
      ['(^|/)(local|bench|test|bin)/', "An operator works without a laptop's room."],
    ],
  ),
  forbid(
    ['local/**/*.ts'],
    [
      NO_CDK,
      CONTRACTS_ONLY,
      CONFIG_ONLY,
      ['(^|/)(bench|test|bin)/', 'The laptop runs what is real, through its public face.'],
    ],
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
