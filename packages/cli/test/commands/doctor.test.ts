import Database from 'libsql';
import type { Finding } from '../../src/doctor/finding';
import { writeAcme } from '../support/acme-plugin';
import { operated, type Operated } from '../support/operated';
import { runDest, type Outcome } from '../support/run-dest';
import { until } from '../support/until';

interface Report {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

describe('dest doctor', () => {
  let application: Operated;
  beforeEach(() => (application = operated()));
  afterEach(() => application.end());

  const examine = async (...words: string[]): Promise<Report & Pick<Outcome, 'exitCode'>> => {
    const { exitCode, stdout } = await application.dest('doctor', '--json', ...words);
    return { exitCode, ...(JSON.parse(stdout) as Report) };
  };
  /** Codes of what is wrong, but for what is of this machine. */
  const codesOf = ({ findings }: Report): readonly string[] =>
    findings.flatMap(({ code }) => (code === null || code === undefined || code === 'OUTBOX_DISK_LOW' ? [] : [code]));

  it('finds nothing where all is well, and makes no outbox', async () => {
    application.configure(
      '  - { id: one, package: checked-double }\n  - { id: off, package: double, enabled: false, init: { open: unreachable } }\n',
    );
    const report = await examine();
    expect(codesOf(report)).toEqual([]);
    expect(report).toMatchObject({ exitCode: 0, ok: true });
    expect(report.findings.map(({ area }) => area)).toEqual(
      expect.arrayContaining(['node', 'core', 'plugins', 'bindings', 'outbox', 'destinations']),
    );
    expect(report.findings).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('no file yet') }),
    );
    expect(application.workspace.exists('.dest')).toBe(false);
    const text = await application.dest('doctor');
    expect(text).toMatchObject({ exitCode: 0, stderr: '' });
    expect(text.stdout).toMatch(/✔ node +Node \d/);
    expect(text.stdout).toMatch(/✔ destinations +one is reached/);
  });

  it('tells a destination that is not reached, with what to do, and ends with 1; with --no-check it is not asked', async () => {
    application.configure(
      '  - { id: away, package: double, init: { open: unreachable } }\n  - { id: bad, package: checked-double, init: { check: fails } }\n',
    );
    const report = await examine();
    expect(report).toMatchObject({ exitCode: 1, ok: false });
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([
      {
        area: 'destinations',
        severity: 'error',
        code: 'DOUBLE_UNREACHABLE',
        message: 'away is not reached: nobody answers',
        remedy: expect.stringContaining('dest check away'),
      },
      expect.objectContaining({
        code: 'CHECK_FAILED',
        message: 'bad is not reached: writable failed: it is read-only',
      }),
    ]);
    expect((await application.dest('doctor')).stdout).toContain(
      '✘ destinations  DOUBLE_UNREACHABLE away is not reached',
    );
    expect(await examine('--no-check')).toMatchObject({ exitCode: 0, ok: true });
  });

  it('tells what is not installed, and ends with 3', async () => {
    application.configure(
      '  - { id: one, package: "@acme/missing" }\n  - { id: away, package: double, init: { open: unreachable } }\n',
    );
    const config = application.workspace.read('dest.yaml').replace('./double.cjs', "./double.cjs, '@acme/missing'");
    application.workspace.write('dest.yaml', config);
    const report = await examine();
    expect(report.exitCode).toBe(3);
    expect(codesOf(report)).toEqual(['PLUGIN_NOT_INSTALLED', 'DOUBLE_UNREACHABLE']);
    expect(report.findings.find(({ code }) => code === 'PLUGIN_NOT_INSTALLED')!.message).toContain(
      'npm install @acme/missing',
    );
  });

  it('tells a binding that a destination finds missing as one of the environment', async () => {
    application.configure('  - { id: one, package: double, init: { open: unbound } }\n');
    expect(await examine()).toMatchObject({ exitCode: 3 });
  });

  it('tells what is wrong with the configuration, and ends with 2', async () => {
    application.configure('  - { id: one, package: double, init: { path: 5 } }\n');
    const some = await examine();
    expect(some.exitCode).toBe(2);
    expect(some.findings).toContainEqual(
      expect.objectContaining({
        area: 'configuration',
        code: 'INIT_INVALID',
        message: expect.stringContaining('dest.yaml:4:'),
      }),
    );
    application.configure('  - { id: one, package: double, condition: "(" }\n');
    const whole = await examine();
    expect(whole.exitCode).toBe(2);
    expect(whole.findings.map(({ area }) => area)).toEqual(['node', 'core', 'configuration']);
    const missing = await runDest(['doctor', '-c', application.workspace.path('none.yaml')]);
    expect(missing.exitCode).toBe(2);
    expect(missing.stdout).toContain('CONFIGURATION_UNREADABLE');
  });

  it('warns of a manifest that is not of the plugin, of native parts and of copies of core', async () => {
    const { workspace } = application;
    const folder = writeAcme(workspace, 'node_modules/acme');
    await runDest(['manifest', folder]);
    writeAcme(workspace, 'node_modules/acme', {
      version: '1.3.0',
      dest: { api: 1, native: ['acme-client'] },
      optionalDependencies: { 'acme-client': '^1.0.0' },
    });
    workspace.write(
      'node_modules/other/node_modules/@dest/core/package.json',
      '{ "name": "@dest/core", "version": "0.0.1" }',
    );
    workspace.write('dest.yaml', 'version: 1\nplugins: [acme]\n');
    const report = await examine();
    expect(codesOf(report)).toEqual(['CORE_DUPLICATED', 'PLUGIN_MANIFEST_DRIFT', 'BINDING_MISSING']);
    expect(report).toMatchObject({ exitCode: 0, ok: true });
    for (const { severity, remedy } of report.findings) if (severity !== 'ok') expect(remedy).not.toBeNull();
  });

  it('looks into the outbox: what waits, what failed, what is damaged', async () => {
    application.configure(
      '  - { id: one, package: double, init: { refuse: true } }\n  - { id: two, package: double, init: { open: unreachable } }\n',
    );
    await application.send(0, 3);
    const database = new Database(application.workspace.path('.dest/outbox.db'));
    database.exec("INSERT INTO quarantine(source, key, content) VALUES('deliveries', '1/1', NULL)");
    database.close();
    const report = await examine('--no-check');
    expect(codesOf(report)).toEqual(['OUTBOX_QUARANTINED', 'DEAD_LETTERS_WAITING']);
    const messages = report.findings.filter(({ area }) => area === 'outbox').map(({ message }) => message);
    expect(messages[0]).toMatch(/^3 waiting, 3 dead letters, [\d,]+ (KiB|MiB) on disk; no host runs$/);
    expect(messages[1]).toContain('1 record of the outbox is damaged');
    expect(report).toMatchObject({ exitCode: 0 });
  });

  it('tells lanes that nothing will deliver', async () => {
    application.configure('  - { id: two, package: double, init: { open: unreachable } }\n');
    await application.send(0, 1);
    application.configure('  - { id: other, package: double }\n');
    const report = await examine();
    expect(codesOf(report)).toEqual(['LANE_ORPHANED']);
  });

  it('asks the host that runs', async () => {
    application.configure('  - { id: one, package: double, init: { refuse: true } }\n');
    await application.startHost();
    application.feed(0, 2);
    const failed = async (): Promise<unknown> =>
      JSON.parse((await application.dest('dead-letters', 'list', '--json')).stdout).count;
    await until(async () => (await failed()) === 2);
    const report = await examine();
    expect(codesOf(report)).toEqual(['DEAD_LETTERS_WAITING']);
    expect(report.findings.find(({ area }) => area === 'outbox')!.message).toMatch(
      /^0 waiting, 2 dead letters, .*; a host runs$/,
    );
  });

  it('knows nothing of an outbox in memory where no host runs', async () => {
    application.configure('  - { id: one, package: double }\n', 'outbox: { type: memory }\n');
    const report = await examine();
    expect(report.exitCode).toBe(0);
    expect(report.findings).toContainEqual(expect.objectContaining({ message: 'in memory, and no host runs' }));
  });

  it('never prints a secret', async () => {
    application.configure(
      '  - { id: one, package: double, resource: { id: door }, init: { leak: true } }\n',
      "resources:\n  - { id: door, credentials: { production: { password: 'open sesame' } } }\n",
    );
    const { exitCode, stdout, stderr } = await application.dest('doctor');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('refused the password •••');
    expect(stdout + stderr).not.toContain('sesame');
  });
});
