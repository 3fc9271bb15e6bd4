const shared = require('./jest.shared.cjs');

module.exports = {
  ...shared,
  testMatch: ['<rootDir>/packages/**/test/**/*.integration.test.ts', '<rootDir>/test/**/*.integration.test.ts'],
  // Each file has its own broker; most of the time it waits.
  maxWorkers: 2,
  testTimeout: 180_000,
};
