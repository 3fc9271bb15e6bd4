const shared = require('./jest.shared.cjs');

module.exports = {
  ...shared,
  testMatch: ['<rootDir>/packages/**/test/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.integration\\.test\\.ts$'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/**/src/**/*.ts'],
};
