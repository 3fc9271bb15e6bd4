import { findPackage, readPackageManifest, type InstalledPackage } from '@dest/core';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bindingFindings } from '../../src/doctor/binding-findings';
import { coreFindings } from '../../src/doctor/core-findings';
import { exitCodeOfFinding, type Finding } from '../../src/doctor/finding';
import { findCopies } from '../../src/doctor/find-copies';
import { nodeFindings } from '../../src/doctor/node-findings';
import { diskFinding } from '../../src/doctor/outbox-findings';
import { peerFindings } from '../../src/doctor/peer-findings';
import { createProject, type Project } from '../support/project';

describe('what dest doctor looks at', () => {
  let project: Project;
  beforeEach(() => (project = createProject()));
  afterEach(() => project.remove());

  const installed = (name: string, manifest: object = {}): void =>
    void project.write(`node_modules/${name}/package.json`, {
      name: name.split('node_modules/').at(-1),
      version: '1.0.0',
      ...manifest,
    });
  const plugin = async (manifest: object): Promise<readonly InstalledPackage[]> => {
    installed('acme', { dest: { api: 1 }, ...manifest });
    return [(await findPackage('acme', project.folder))!];
  };
  const told = (findings: readonly Finding[]): unknown =>
    findings.map(({ severity, code, message }) => [severity, code ?? '', message]);

  it('Node: whether it is one that Dest runs on', async () => {
    const folder = join(__dirname, '../..');
    const own = [{ folder, manifest: (await readPackageManifest(join(folder, 'package.json')))! }];
    expect(told(nodeFindings(own))).toEqual([['ok', '', `Node ${process.versions.node}`]]);
    const [finding] = nodeFindings(own, '18.20.0');
    expect(finding).toMatchObject({
      severity: 'error',
      code: 'NODE_UNSUPPORTED',
      remedy: expect.stringContaining('>=20.19'),
    });
    expect(exitCodeOfFinding(finding!)).toBe(3);
  });

  it('copies: each once, links followed, wherever they are in the tree', async () => {
    installed('twice');
    installed('acme/node_modules/twice', { version: '2.0.0' });
    installed('@scope/one/node_modules/twice', { version: '3.0.0' });
    installed('.pnpm/twice@4.0.0/node_modules/twice', { version: '4.0.0' });
    installed('.cache/node_modules/twice', { version: '5.0.0' });
    installed('not-twice');
    const copies = await findCopies('twice', project.folder);
    expect(copies.map(({ version }) => version).sort()).toEqual(['1.0.0', '2.0.0', '3.0.0', '4.0.0']);
  });

  describe('core', () => {
    const find = async (folder = project.folder): Promise<Finding> =>
      (await coreFindings(project.folder, [folder], project.path('node_modules/@dest/cli')))[0]!;
    beforeEach(() => installed('@dest/cli'));

    it('a plugin that brings its own', async () => {
      expect(told([await find()])).toEqual([['ok', '', expect.stringContaining('one copy')]]);
      installed('acme/node_modules/@dest/core', { version: '0.9.0' });
      const finding = await find();
      expect(finding).toMatchObject({ severity: 'warning', code: 'CORE_DUPLICATED' });
      expect(finding.message).toMatch(/2 copies of @dest\/core: .*0\.9\.0 in .*acme\/node_modules\/@dest\/core/);
    });

    it('one that only a plugin elsewhere finds', async () => {
      project.write('../elsewhere/node_modules/@dest/core/package.json', { name: '@dest/core', version: '0.9.0' });
      expect(await find(project.path('../elsewhere'))).toMatchObject({ code: 'CORE_DUPLICATED' });
    });

    it('the one of a command that is installed elsewhere does not count', async () => {
      installed('@dest/core', { version: '0.9.0' });
      const folders = [project.folder];
      expect(told(await coreFindings(project.folder, folders))).toEqual([['ok', '', '@dest/core 0.9.0, one copy']]);
      rmSync(project.path('node_modules/@dest/cli'), { recursive: true });
      expect(told(await coreFindings(project.folder, folders))).toEqual([['ok', '', '@dest/core 0.9.0, one copy']]);
      installed('acme/node_modules/@dest/core', { version: '0.8.0' });
      const [finding] = await coreFindings(project.folder, folders);
      expect(finding!.message).toContain('There are 2 copies');
    });
  });

  it('peers: what is missing, what does not fit, and what need not be there', async () => {
    installed('old');
    installed('fine');
    const plugins = await plugin({
      peerDependencies: { old: '^2.0.0', fine: '^1.0.0', gone: '^1.0.0', optional: '^1.0.0', linked: 'file:../x' },
      peerDependenciesMeta: { optional: { optional: true } },
    });
    installed('linked', { version: '0.0.0-local' });
    expect(told(await peerFindings([], plugins))).toEqual([
      [
        'error',
        'PEER_UNMET',
        expect.stringMatching(/^acme needs old \^2\.0\.0; found is 1\.0\.0 in .*node_modules\/old\.$/),
      ],
      ['error', 'PEER_MISSING', expect.stringContaining('acme needs gone ^1.0.0')],
    ]);
    expect(told(await peerFindings([], []))).toEqual([['ok', '', expect.any(String)]]);
  });

  it('peers: whether Dest’s own packages fit each other', async () => {
    installed('@dest/core', { version: '0.9.0' });
    const folder = project.path('node_modules/@dest/cli');
    const own = [
      { folder, manifest: { name: '@dest/cli', dependencies: { '@dest/core': '^0.1.0', commander: '^1.0.0' } } },
    ];
    expect(await peerFindings(own, [])).toMatchObject([{ severity: 'error', code: 'PEER_UNMET' }]);
  });

  it('bindings: optional ones that are missing are warnings, but not those of other platforms', async () => {
    const plugins = await plugin({
      dest: { api: 1, native: ['client'] },
      optionalDependencies: { client: '^1.2.0', extra: '1', '@acme/binding-win32-x64': '1' },
    });
    const found = await bindingFindings(plugins, undefined);
    expect(told(found)).toEqual([
      ['warning', 'BINDING_MISSING', expect.stringContaining('client, a part of acme, is not installed')],
      ['warning', 'BINDING_MISSING', expect.stringContaining('extra, a part of acme')],
    ]);
    expect(found[0]!.remedy).toContain('npm install client@"^1.2.0"');
  });

  it('bindings: one that the plugin can’t do without is an error', async () => {
    const plugins = await plugin({ dest: { api: 1, native: ['client'] }, dependencies: { client: '^1.0.0' } });
    const [finding] = await bindingFindings(plugins, undefined);
    expect(finding).toMatchObject({ severity: 'error', code: 'BINDING_MISSING' });
    expect(exitCodeOfFinding(finding!)).toBe(3);
  });

  it('bindings: one whose scripts were off has no binary, until it is built', async () => {
    const plugins = await plugin({ dest: { api: 1, native: ['client'] }, optionalDependencies: { client: '^1.0.0' } });
    installed('client', { scripts: { install: 'make' } });
    project.write('node_modules/client/node_modules/other/other.node', '');
    expect(await bindingFindings(plugins, undefined)).toMatchObject([
      {
        severity: 'warning',
        code: 'BINDING_NOT_BUILT',
        remedy: expect.stringContaining('npm rebuild client --ignore-scripts=false'),
      },
    ]);
    project.write('node_modules/client/build/client.node', '');
    expect(told(await bindingFindings(plugins, undefined))).toEqual([['ok', '', expect.any(String)]]);
  });

  it('bindings: the outbox’s, of which one has to be there for this platform', async () => {
    installed('@dest/host');
    const host = (await findPackage('@dest/host', project.folder))!;
    expect(await bindingFindings([], host)).toMatchObject([{ severity: 'error', code: 'BINDING_MISSING' }]);
    installed('libsql', { optionalDependencies: { '@libsql/a': '1', '@libsql/b': '1' } });
    expect(await bindingFindings([], host)).toMatchObject([{ code: 'BINDING_MISSING' }]);
    installed('@libsql/b');
    expect(await bindingFindings([], host)).toMatchObject([{ severity: 'ok' }]);
  });

  it('disk: little room for the outbox', () => {
    expect(diskFinding('/x/outbox.db', 600 * 1024 * 1024)).toMatchObject({ severity: 'ok' });
    expect(diskFinding('/x/outbox.db', 100 * 1024 * 1024)).toMatchObject({
      severity: 'warning',
      code: 'OUTBOX_DISK_LOW',
      message: expect.stringContaining('/x/outbox.db has 100 MiB free'),
    });
  });
});
