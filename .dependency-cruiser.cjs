/** Which package may import which: plugin → core, host → core, cli → host and core; no cycles. */
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
    forbid('core-imports-nobody', '^packages/core/src', '^packages/(host|cli|destinations)/', 'core is at the bottom'),
    forbid(
      'host-imports-core-only',
      '^packages/host/src',
      '^packages/(cli|destinations)/',
      'the host depends on no plugin',
    ),
    forbid('cli-imports-no-plugin', '^packages/cli/src', '^packages/destinations/', 'plugins are loaded by name'),
    forbid(
      'plugins-import-core-only',
      '^packages/destinations/[^/]+/src',
      '^packages/(host|cli)/',
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
    exclude: { path: '(^|/)(dist|test|fixtures)/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'require', 'node', 'default'] },
  },
};
