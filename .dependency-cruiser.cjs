/** Which package may import which: plugin → core, testkit → core, host → core, cli → host, testkit and core; no cycles. */
const forbid = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    forbid(
      'core-imports-nobody',
      '^packages/core/src',
      '^packages/(host|cli|testkit|destinations)/',
      'core is at the bottom',
    ),
    forbid(
      'host-imports-core-only',
      '^packages/host/src',
      '^packages/(cli|testkit|destinations)/',
      'the host depends on no plugin',
    ),
    forbid(
      'testkit-imports-core-only',
      '^packages/testkit/src',
      '^packages/(host|cli|destinations)/',
      'a plugin that is tested with it needs no host',
    ),
    forbid('cli-imports-no-plugin', '^packages/cli/src', '^packages/destinations/', 'plugins are loaded by name'),
    forbid(
      'create-destination-imports-nobody',
      '^packages/create-destination/src',
      ['^packages/(core|host|cli|testkit|destinations)/', '^node_modules/(?!@types/)'],
      'it is fetched for one call, and should be there at once',
    ),
    forbid(
      'plugins-import-core-only',
      '^packages/destinations/[^/]+/src',
      '^packages/(host|cli|testkit)/',
      'a plugin needs the contract alone',
    ),
    {
      name: 'plugins-keep-apart',
      severity: 'error',
      from: { path: '^packages/destinations/([^/]+)/src' },
      to: { path: '^packages/destinations/', pathNot: '^packages/destinations/$1/' },
    },
    {
      name: 'no-deep-imports',
      comment: 'packages meet at their index',
      severity: 'error',
      from: { path: '^packages/((?:destinations/)?[^/]+)/src' },
      to: { path: '^packages/.+/(src|dist)/', pathNot: ['^packages/$1/', '/(src|dist)/index\\.(ts|js|d\\.ts)$'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^packages/' },
      to: { couldNotResolve: true, pathNot: '^pulsar-client$' },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '/src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only'], pathNot: '^packages/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)(dist|test|fixtures)/', '^packages/create-destination/templates/'] },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'require', 'node', 'default'] },
  },
};
