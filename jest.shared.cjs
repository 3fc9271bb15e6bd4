// What the unit and the integration suites have in common.
// swc compiles the TypeScript; `ignoreDynamic` keeps `import()` a real one, since the plugin loader depends on it.
const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'commonjs', ignoreDynamic: true },
    sourceMaps: 'inline',
  },
];

module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@dest/core/outbox$': '<rootDir>/packages/core/src/outbox/index.ts',
    '^@dest/(core|host|cli|testkit|create-destination)$': '<rootDir>/packages/$1/src/index.ts',
    '^@dest/(file|pulsar|webhook)$': '<rootDir>/packages/destinations/$1/src/index.ts',
  },
  reporters: ['default', '<rootDir>/tools/ci/summary-reporter.cjs'],
  modulePathIgnorePatterns: ['/dist/', '/fixtures/'],
};
