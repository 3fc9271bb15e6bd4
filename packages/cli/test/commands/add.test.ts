import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Interruption } from '../../src';
import { CONFIGURATION, createProject, PACKAGE, replaceNpm, type Project } from '../support/project';
import { startRegistry } from '../support/registry';
import { openStdin, runDest, startRunDest } from '../support/run-dest';

const INSTALLED = 'node_modules/acme/package.json';

describe('dest add', () => {
  let project: Project;
  beforeEach(() => (project = createProject()));
  afterEach(() => project.remove());

  const listed = (range: string): string =>
    CONFIGURATION.replace('# ours\n', `# ours\n  - { package: 'acme', range: ${range} }\n`);
  const expectUntouched = (): void => {
    expect(project.read('dest.yaml')).toBe(CONFIGURATION);
    expect(project.read('package.json')).toBe(PACKAGE);
    expect(project.exists('package-lock.json')).toBe(false);
    expect(project.exists(INSTALLED)).toBe(false);
  };

  it('shows what a package declares, installs it, lists it, and runs nothing of it', async () => {
    const scripts = { postinstall: 'touch was-run' };
    const folder = project.package('1.2.3', { scripts });
    const card = (passed: number): object => ({ passed, failed: 0, notSupported: 1, results: [] });
    writeFileSync(join(folder, 'dest.scorecard.json'), JSON.stringify({ ok: true, destinations: [card(50), card(8)] }));
    const { exitCode, stdout, stderr } = await project.add([folder, '--yes']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('acme 1.2.3 Acme things');
    expect(stdout).toMatch(/has +destination acme: Acme\n/);
    expect(stdout).toMatch(/talks to what credentials\.host names\n/);
    expect(stdout).toMatch(/claims +58 passed, 0 failed, 2 not supported\n/);
    expect(stdout).toMatch(/scripts +postinstall: they are not run\n/);
    expect(stdout).toContain(`✔ acme ^1.2.3 is listed in ${project.path('dest.yaml')}`);
    expect(project.read('dest.yaml')).toBe(listed('^1.2.3'));
    expect(JSON.parse(project.read(INSTALLED))).toMatchObject({ name: 'acme', version: '1.2.3' });
    expect(project.exists('node_modules/acme/was-run')).toBe(false);
    expect(existsSync(join(folder, 'was-run'))).toBe(false);
  });

  it('takes a packed package, and a newer one in its place', async () => {
    const first = await project.pack(project.package('1.2.3'));
    const added = await project.add([first, '--yes', '--json']);
    expect(added).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(added.stdout)).toMatchObject({
      status: 'added',
      package: 'acme',
      version: '1.2.3',
      range: '^1.2.3',
      project: project.folder,
      types: [{ kind: 'destination', package: 'acme', title: 'Acme' }],
      hosts: ['{credentials.host}'],
      native: [],
      scorecard: null,
      scripts: [],
      warnings: [],
    });
    const again = await project.add([first, '--yes', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'none' });
    const newer = await project.add([await project.pack(project.package('2.0.0')), '--yes']);
    expect(newer.exitCode).toBe(0);
    expect(newer.stdout).toContain('now as ^2.0.0');
    expect(project.read('dest.yaml')).toBe(listed('^2.0.0'));
    expect(JSON.parse(project.read(INSTALLED))).toMatchObject({ version: '2.0.0' });
  });

  it('takes a package of the registry that the project’s npm is configured for', async () => {
    const packed = {
      '1.2.3': await project.pack(project.package('1.2.3')),
      '2.0.0': await project.pack(project.package('2.0.0')),
    };
    const registry = await startRegistry('acme', packed);
    try {
      delete project.environment['npm_config_offline'];
      project.write('.npmrc', `registry=${registry.url}\nsave-prefix=~\n`);
      const old = await project.add(['acme@^1.0.0', '--yes']);
      expect(old).toMatchObject({ exitCode: 0, stderr: '' });
      expect(JSON.parse(project.read('package.json'))).toMatchObject({ dependencies: { acme: '~1.2.3' } });
      expect(project.read('dest.yaml')).toBe(listed('~1.2.3'));
      expect(await project.add(['acme', '--yes'])).toMatchObject({ exitCode: 0 });
      expect(project.read('dest.yaml')).toBe(listed('~2.0.0'));
      const missing = await project.add(['acme@^9.0.0', '--yes']);
      expect(missing.exitCode).toBe(3);
      expect(missing.stderr).toContain("PLUGIN_INSTALL_FAILED acme@^9.0.0 can't be fetched. npm says:");
      expect(project.read('dest.yaml')).toBe(listed('~2.0.0'));
    } finally {
      await registry.close();
    }
  });

  it('with --dry-run only shows', async () => {
    const file = await project.pack(project.package('1.2.3'));
    const { exitCode, stdout, stderr } = await project.add([file, '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('destination acme: Acme');
    expect(stderr).toBe('Nothing was changed.\n');
    expectUntouched();
  });

  it('asks before it changes anything', async () => {
    const folder = project.package('1.2.3');
    const nobody = await project.add([folder]);
    expect(nobody.exitCode).toBe(2);
    expect(nobody.stderr).toContain('CONFIRMATION_MISSING Add acme 1.2.3 to');
    const no = await project.add([folder], { stdin: 'n\n', terminals: ['stdin'] });
    expect(no.exitCode).toBe(1);
    expect(no.stderr).toContain('Nothing was added.');
    expectUntouched();
    const yes = await project.add([folder], { stdin: 'y\n', terminals: ['stdin'] });
    expect(yes.exitCode).toBe(0);
    expect(project.read('dest.yaml')).toBe(listed('^1.2.3'));
  });

  it.each<[what: string, more: object, code: string]>([
    ['is no plugin', { dest: undefined }, 'PLUGIN_NOT_A_PLUGIN'],
    ['follows another contract', { dest: { api: 2, hosts: [] } }, 'PLUGIN_API_UNSUPPORTED'],
    ['needs another Node', { engines: { node: '>=99' } }, 'PLUGIN_ENGINE_UNSUPPORTED'],
    ['needs another core', { peerDependencies: { '@dest/core': '^9.0.0' } }, 'PLUGIN_ENGINE_UNSUPPORTED'],
    ['declares its hosts wrongly', { dest: { api: 1, hosts: ['https://a.example'] } }, 'PLUGIN_DECLARATION_INVALID'],
    ['has no version', { version: undefined }, 'PLUGIN_PACKAGE_UNREADABLE'],
  ])('refuses a package that %s, before anything is changed', async (_what, more, code) => {
    const folder = project.package('1.2.3', { dest: { api: 1, hosts: [] }, ...more });
    const { exitCode, stderr } = await project.add([folder, '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(code);
    expectUntouched();
  });

  it('takes one without a manifest, and warns of one that is not of the package', async () => {
    const folder = project.package('1.2.3');
    writeFileSync(join(folder, 'dest.manifest.json'), '{ no');
    const { exitCode, stdout, stderr } = await project.add([folder, '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('no manifest: what it is shows when it is loaded');
    expect(stderr).toContain('PLUGIN_MANIFEST_INVALID');
  });

  it.each([{ passed: 3, failed: 0 }, { destinations: [null] }, { passed: '3', failed: 0, notSupported: 0 }])(
    'takes what is no whole scorecard for none: %j',
    async (claimed) => {
      const folder = project.package('1.2.3');
      writeFileSync(join(folder, 'dest.scorecard.json'), JSON.stringify(claimed));
      const { exitCode, stdout } = await project.add([folder, '--dry-run']);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/claims +no scorecard\n/);
    },
  );

  it('never lets a package write orders to the terminal', async () => {
    const { stdout } = await project.add([project.package('1.2.3', { description: 'Ac\u001b[2Jme' }), '--dry-run']);
    expect(stdout).toContain('Ac [2Jme');
  });

  // eslint-disable-next-line no-control-regex
  const ORDERS = /\u001b(?!\[(?:K|[\d;]*m))|\u009b|\r(?!\u001b\[K)/;

  it('nor by why it is refused', async () => {
    const engines = { node: '>=99 \u001b[2K\u001b[8m\u009b1A' };
    const { exitCode, stderr } = await project.add([project.package('1.2.3', { engines }), '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('PLUGIN_ENGINE_UNSUPPORTED');
    expect(stderr).not.toMatch(ORDERS);
    expect(stderr).not.toContain('\u001b[8m');
  });

  it('nor by the name under which it is asked for and installed', async () => {
    replaceNpm(project, 'exit 1');
    const folder = project.package('1.2.3', { version: '1.2.3\u001b[2K\rAdd shop' });
    const terminals = ['stdin', 'stderr'] as const;
    const { exitCode, stdout, stderr } = await project.add([folder], { stdin: 'y\n', terminals });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`Add acme 1.2.3 [2K Add shop to ${project.path('dest.yaml')}? [y/N]\n`);
    expect(stderr).toContain('Installing acme 1.2.3 [2K Add shop, scripts off…');
    expect(`${stdout}${stderr}`).not.toMatch(ORDERS);
  });

  it.each<[what: string, configuration: string | undefined, code: string]>([
    ['is not there', undefined, 'CONFIGURATION_UNREADABLE'],
    ['can’t be edited', 'a: &a [x]\nplugins: *a\n', 'CONFIGURATION_NOT_EDITABLE'],
  ])('installs nothing where the configuration %s', async (_what, configuration, code) => {
    const config =
      configuration === undefined ? project.path('missing.yaml') : project.write('dest.yaml', configuration);
    const words = ['add', project.package('1.2.3'), '--yes', '-c', config];
    const { exitCode, stderr } = await runDest(words, { environment: project.environment });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(code);
    expect(project.exists(INSTALLED)).toBe(false);
  });

  it.each([
    ['https://example.com/acme.git', 'PACKAGE_SOURCE_INVALID', 2],
    ['acme/crm', 'PACKAGE_SOURCE_INVALID', 2],
    ['./not-there', 'PACKAGE_SOURCE_INVALID', 2],
    ['--no-install=./x', 'unknown option', 2],
  ])('knows nothing to do with %s', async (wanted, said, code) => {
    const { exitCode, stderr } = await project.add([wanted, '--yes']);
    expect(exitCode).toBe(code);
    expect(stderr).toContain(said);
  });

  it('refuses a file that is no packed package', async () => {
    const { exitCode, stderr } = await project.add([project.write('x.tgz', 'no'), '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('PLUGIN_PACKAGE_UNREADABLE');
  });

  it('leaves a project alone that another package manager keeps, and lists what that has installed', async () => {
    project.write('pnpm-lock.yaml', '');
    const folder = project.package('1.2.3');
    const refused = await project.add([folder, '--yes']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('PACKAGE_MANAGER_UNSUPPORTED');
    const missing = await project.add(['acme', '--no-install', '--yes']);
    expect(missing).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('PLUGIN_NOT_INSTALLED') });
    project.write(INSTALLED, { name: 'acme', version: '1.2.3', dest: { api: 1 } });
    expect(await project.add(['acme', '--no-install', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(project.read('dest.yaml')).toBe(listed('^1.2.3'));
    expect(project.read('package.json')).toBe(PACKAGE);
  });

  it.each<[what: string, files: Readonly<Record<string, string | object>>, manager: string, toldBy: string]>([
    ['a lockfile above', { '../package.json': { name: 'all' }, '../yarn.lock': '' }, 'yarn', 'yarn.lock'],
    ['a workspace of pnpm above', { '../pnpm-workspace.yaml': 'packages: [shop]\n' }, 'pnpm', 'pnpm-workspace.yaml'],
    ['packageManager above', { '../package.json': { packageManager: 'bun@1.2.0' } }, 'bun', 'package.json'],
    ['packageManager of its own', { 'package.json': { packageManager: 'pnpm@9.0.0' } }, 'pnpm', 'shop/package.json'],
  ])('installs nothing where %s says that the project is kept by another manager', async (_what, files, ...said) => {
    for (const [name, content] of Object.entries(files)) project.write(name, content);
    const before = project.read('package.json');
    const { exitCode, stderr } = await project.add([project.package('1.2.3'), '--yes']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`PACKAGE_MANAGER_UNSUPPORTED ${project.folder} is kept by ${said[0]} (`);
    expect(stderr).toContain(`${said[1]}), and this installs with npm. Install it there with ${said[0]} add`);
    expect(project.read('package.json')).toBe(before);
    expect(project.exists('package-lock.json')).toBe(false);
    expect(project.exists('node_modules')).toBe(false);
  });

  it.each<[what: string, files: Readonly<Record<string, string | object>>]>([
    ['a lockfile of npm', { 'package-lock.json': { lockfileVersion: 3 } }],
    ['packageManager: npm', { 'package.json': { name: 'shop', packageManager: 'npm@11.0.0' } }],
    ['a repository of its own', { '.git/HEAD': '' }],
  ])('installs where the project has %s, whatever is above it', async (_what, files) => {
    project.write('../package.json', { packageManager: 'pnpm@9.0.0' });
    for (const [name, content] of Object.entries(files)) project.write(name, content);
    expect(await project.add([project.package('1.2.3'), '--yes'])).toMatchObject({ exitCode: 0 });
    expect(project.exists(INSTALLED)).toBe(true);
  });

  it('takes no notice of a lockfile above that belongs to no package', async () => {
    project.write('../yarn.lock', '');
    expect(await project.add([project.package('1.2.3'), '--yes'])).toMatchObject({ exitCode: 0 });
  });

  describe('in a member of npm workspaces', () => {
    const ROOT = { name: 'all', private: true, workspaces: ['shop', 'api'] };
    const rootFiles = (): readonly string[] => ['../package.json', '../package-lock.json', 'package.json'];
    const contents = (): readonly string[] => rootFiles().map((file) => project.read(file));
    beforeEach(async () => {
      project.write('../package.json', ROOT);
      project.write('../api/package.json', { name: 'api', version: '1.0.0' });
      const environment = { ...process.env, ...project.environment };
      await promisify(execFile)('npm', ['install'], { cwd: project.path('..'), env: environment });
    });
    const expectNoneOfItsOwn = (): void => {
      expect(project.exists('package-lock.json')).toBe(false);
      expect(project.exists('node_modules')).toBe(false);
      expect(project.exists('../node_modules/api')).toBe(true);
    };

    it('installs into the workspace, as npm does', async () => {
      const added = await project.add([await project.pack(project.package('1.2.3')), '--yes']);
      expect(added).toMatchObject({ exitCode: 0, stderr: '' });
      expectNoneOfItsOwn();
      expect(JSON.parse(project.read('../node_modules/acme/package.json'))).toMatchObject({ version: '1.2.3' });
      expect(JSON.parse(project.read('package.json'))).toHaveProperty('dependencies.acme');
      expect(JSON.parse(project.read('../package.json'))).toEqual(ROOT);
      const { packages } = JSON.parse(project.read('../package-lock.json')) as { packages: Record<string, object> };
      expect(packages['shop']).toHaveProperty('dependencies.acme');
      expect(packages['node_modules/acme']).toMatchObject({ version: '1.2.3' });
    });

    it('puts the workspace back where what is installed is not what was looked at', async () => {
      const before = contents();
      const spoil = `echo '{"name":"acme","version":"1.2.3"}' > ../node_modules/acme/package.json`;
      replaceNpm(project, `case "$*" in install\\ /*) "$REAL" "$@"; ${spoil};; *) exec "$REAL" "$@";; esac`);
      const { exitCode, stderr } = await project.add([await project.pack(project.package('1.2.3')), '--yes']);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('PLUGIN_NOT_A_PLUGIN');
      expect(contents()).toEqual(before);
      expect(project.exists('../node_modules/acme')).toBe(false);
      expectNoneOfItsOwn();
    });

    it('puts the version back that was there before', async () => {
      expect(await project.add([await project.pack(project.package('1.2.3')), '--yes'])).toMatchObject({ exitCode: 0 });
      const before = contents();
      const spoil = `echo '{"name":"acme","version":"2.0.0"}' > ../node_modules/acme/package.json`;
      replaceNpm(project, `case "$*" in install\\ /*) "$REAL" "$@"; ${spoil};; *) exec "$REAL" "$@";; esac`);
      const { exitCode } = await project.add([await project.pack(project.package('2.0.0')), '--yes']);
      expect(exitCode).toBe(3);
      expect(contents()).toEqual(before);
      expect(JSON.parse(project.read('../node_modules/acme/package.json'))).toMatchObject({ version: '1.2.3' });
      expectNoneOfItsOwn();
    });
  });

  it('puts the project back where what is installed is not what was looked at', async () => {
    // As by a registry that answers otherwise the second time.
    const spoil = `for f in node_modules/acme/package.json; do [ -f $f ] && echo '{"name":"acme","version":"1.2.3"}' > $f; done`;
    replaceNpm(
      project,
      `case "$*" in install\\ /*) "$REAL" "$@"; code=$?; ${spoil}; exit $code;; *) exec "$REAL" "$@";; esac`,
    );
    const { exitCode, stderr } = await project.add([await project.pack(project.package('1.2.3')), '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('PLUGIN_NOT_A_PLUGIN');
    expectUntouched();
  });

  it('puts the version back that was there before', async () => {
    expect(await project.add([await project.pack(project.package('1.2.3')), '--yes'])).toMatchObject({ exitCode: 0 });
    const before = [project.read('package.json'), project.read('package-lock.json'), project.read('dest.yaml')];
    const spoil = `echo '{"name":"acme","version":"2.0.0"}' > node_modules/acme/package.json`;
    replaceNpm(project, `case "$*" in install\\ /*) "$REAL" "$@"; ${spoil};; *) exec "$REAL" "$@";; esac`);
    const { exitCode } = await project.add([await project.pack(project.package('2.0.0')), '--yes']);
    expect(exitCode).toBe(3);
    expect([project.read('package.json'), project.read('package-lock.json'), project.read('dest.yaml')]).toEqual(
      before,
    );
    expect(JSON.parse(project.read(INSTALLED))).toMatchObject({ version: '1.2.3', dest: { api: 1 } });
  });

  it('says what npm says where it can’t install', async () => {
    const folder = project.package('1.2.3', { dependencies: { 'left-of-here': '^1.0.0' } });
    const { exitCode, stderr } = await project.add([folder, '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("PLUGIN_INSTALL_FAILED acme 1.2.3 can't be installed into");
    expect(stderr).toContain('left-of-here');
    expectUntouched();
  });

  it('installs nothing that it could not take out again', async () => {
    project.write('package-lock.json/none', '');
    const { exitCode, stderr } = await project.add([project.package('1.2.3'), '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      `PLUGIN_INSTALL_FAILED acme 1.2.3 isn't installed, since it could not be put back: ${project.path('package-lock.json')} can't be read`,
    );
    expect(project.exists(INSTALLED)).toBe(false);
    expect(project.exists('package-lock.json/none')).toBe(true);
  });

  it('says so where there is no npm', async () => {
    project.environment['PATH'] = project.folder;
    const { exitCode, stderr } = await project.add([project.package('1.2.3'), '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('NPM_NOT_INSTALLED');
  });

  it('ends npm on a signal, and leaves everything as it was', async () => {
    const file = await project.pack(project.package('1.2.3'));
    replaceNpm(
      project,
      `case "$*" in install\\ /*) echo '{}' > package.json; touch installing; exec sleep 60;; *) exec "$REAL" "$@";; esac`,
    );
    const interruption = new Interruption();
    const running = startRunDest(['add', file, '--yes', '-c', project.path('dest.yaml')], {
      environment: project.environment,
      interruption,
      stdin: openStdin(),
      terminals: ['stderr'],
    });
    while (!project.exists('installing')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(interruption.interrupt('SIGINT')).toBe(true);
    const { exitCode, stderr } = await running.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Installing acme 1.2.3, scripts off…');
    expectUntouched();
  });
});
