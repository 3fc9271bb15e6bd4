const shared = require('./jest.shared.cjs');

module.exports = {
  ...shared,
  testMatch: ['<rootDir>/packages/**/test/**/*.integration.test.ts', '<rootDir>/test/**/*.integration.test.ts'],
  testTimeout: 180_000,
};
