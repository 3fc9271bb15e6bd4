const { availableParallelism } = require('node:os');
const shared = require('./jest.shared.cjs');

module.exports = {
  ...shared,
  testMatch: ['<rootDir>/packages/**/test/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.integration\\.test\\.ts$'],
  // One more than there are cores: much of what is tested is that something is waited for.
  maxWorkers: availableParallelism() + 1,
  // A machine under load is slow, and no test is about time.
  testTimeout: 30_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/**/src/**/*.ts', '!packages/**/src/index.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  coverageThreshold: { global: { statements: 90, branches: 90, functions: 88, lines: 90 } },
};
