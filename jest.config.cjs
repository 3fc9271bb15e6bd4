const shared = require('./jest.shared.cjs');

module.exports = {
  ...shared,
  testMatch: ['<rootDir>/packages/**/test/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.integration\\.test\\.ts$'],
  // All cores: on two, jest's own choice would be one after another.
  maxWorkers: '100%',
  // A machine under load is slow, and no test is about time.
  testTimeout: 30_000,
  // CI asks for it, so that one run of the tests does for both.
  collectCoverage: process.env.DEST_COVERAGE === '1',
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/**/src/**/*.ts', '!packages/**/src/index.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  coverageThreshold: { global: { statements: 90, branches: 90, functions: 88, lines: 90 } },
};
