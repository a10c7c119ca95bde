/** One swc transform for every project: types are checked by `npm run check`, not here. */
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
  ],
};

const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch: testMatch.map((pattern) => `<rootDir>/test/${pattern}`),
  testEnvironment: 'node',
  transform,
  clearMocks: true,
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.build', '<rootDir>/.keyroom', '<rootDir>/.venv'],
  ...extra,
});

/** @type {import('jest').Config} */
module.exports = {
  randomize: true,
  projects: [
    project('lambda', ['lambda/**/*.test.ts', 'operator/**/*.test.ts']),
    project('infra', ['lib/**/*.test.ts', 'bin/**/*.test.ts', 'docs/**/*.test.ts'], {
      setupFilesAfterEnv: ['aws-cdk-lib/testhelpers/jest-autoclean'],
    }),
    project('local', ['local/**/*.test.ts']),
    project('e2e', ['e2e/**/*.test.ts'], {
      globalSetup: '<rootDir>/test/e2e/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/e2e/support/global-teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/test/e2e/support/timeout.ts'],
    }),
  ],
};
