import { runDest } from '../support/run-dest';
import { createWorkspace, ndjson, type Workspace } from '../support/workspace';

describe('dest explain', () => {
  let workspace: Workspace;
  let config: string;
  beforeEach(() => {
    workspace = createWorkspace();
    config = workspace.write(
      'dest.yaml',
      `version: 1
plugins: [./double.cjs, '@acme/missing']
resources:
  - { id: closed, enabled: false, credentials: { production: {} } }
destinations:
  - { id: off, package: double, enabled: false }
  - { id: closed, package: double, resource: { id: closed } }
  - { id: profiles, package: double, onProfileChangeOnly: true }
  - { id: orders, package: double, eventType: order-*, mapping: { id: event@id } }
  - { id: shop, package: double, source: shop }
  - { id: big, package: '@acme/missing', condition: event@properties.total > 100 AND profile@age > 17 }
  - { id: broken, package: double, init: { path: 5 }, mapping: { total: event@properties.total } }
`,
    );
  });
  afterEach(() => workspace.remove());

  const order = { id: '1', event: { id: 'e1', type: 'order-new', properties: { total: 200 } }, profile: { age: 'x' } };

  it('prints no line of JSON where there are no destinations', async () => {
    const none = workspace.write('none.yaml', 'version: 1\n');
    expect(await runDest(['explain', '-c', none, '--json'], { stdin: ndjson(order, order) })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('prints a line of JSON per envelope and destination', async () => {
    const { exitCode, stdout, stderr } = await runDest(['explain', '-c', config, '--json'], { stdin: ndjson(order) });
    expect(exitCode).toBe(0);
    const condition = { result: null, diagnostics: [] };
    const met = { result: true, diagnostics: [] };
    const base = { line: 1, selected: false, available: true, condition, data: null };
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { ...base, destination: 'off', reason: 'disabled' },
      { ...base, destination: 'closed', reason: 'resource-disabled' },
      { ...base, destination: 'profiles', reason: 'unchanged' },
      { ...base, destination: 'orders', selected: true, reason: 'matched', condition: met, data: { id: 'e1' } },
      { ...base, destination: 'shop', reason: 'source' },
      {
        ...base,
        destination: 'big',
        available: false,
        reason: 'condition',
        condition: { result: null, diagnostics: [expect.objectContaining({ code: expect.any(String) })] },
      },
      {
        ...base,
        destination: 'broken',
        selected: true,
        available: false,
        reason: 'matched',
        condition: met,
        data: { total: 200 },
      },
    ]);
    expect(stderr).toContain('PLUGIN_NOT_INSTALLED');
    expect(stderr).toContain('INIT_INVALID');
  });

  it('counts lines as the file does', async () => {
    const { stdout } = await runDest(['explain', '-c', config, '--json', '-d', 'orders', '-'], {
      stdin: `\n${ndjson(order)}\r\n${ndjson(order)}`,
    });
    expect(stdout.match(/"line":\d/g)).toEqual(['"line":2', '"line":4']);
  });

  it('shows what each part of a condition came to, on which values', async () => {
    const events = workspace.write(
      'events.ndjson',
      ndjson(order, { ...order, event: { type: 'order-new', properties: {} } }),
    );
    const { exitCode, stdout } = await runDest(['explain', '-c', config, '--destination', 'big', events]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('line 1 order-new 1\n  – big skipped: condition\n');
    expect(stdout).toContain('✔ event@properties.total > 100  event@properties.total = 200\n');
    expect(stdout).toContain('? profile@age > 17  profile@age = "x"\n');
    expect(stdout).toContain('? event@properties.total > 100  event@properties.total = missing\n');
  });

  it('shows payloads, and why one can’t be delivered', async () => {
    const { stdout } = await runDest(['explain', '-c', config], { stdin: ndjson(order) });
    expect(stdout).toContain('  ✔ orders  event to double, event type order-*\n      { "id": "e1" }\n');
    expect(stdout).toContain('      { "total": 200 }\n      can’t deliver: INIT_INVALID Destination broken: init.path');
    expect(stdout).toContain('– shop skipped: source  wants shop, is without a source\n');
    expect(stdout).not.toContain('\u001b');
  });

  it('is coloured on a terminal', async () => {
    const options = { stdin: ndjson(order), terminals: ['stdout'] as const };
    expect((await runDest(['explain', '-c', config], options)).stdout).toContain('\u001b[32m✔');
    const plain = { stdin: ndjson(order), terminals: ['stdout'] as const };
    expect((await runDest(['explain', '-c', config, '--no-color'], plain)).stdout).not.toContain('\u001b');
  });

  it('reports bad lines on stderr and goes on, ending with 2', async () => {
    const { exitCode, stdout, stderr } = await runDest(['explain', '-c', config, '--json', '-d', 'orders'], {
      stdin: `{"event":\n${ndjson({ event: {} }, order)}`,
    });
    expect(exitCode).toBe(2);
    expect(stdout.match(/"line":\d/g)).toEqual(['"line":3']);
    expect(stderr).toMatch(/line 1 LINE_NOT_JSON .*\nline 2 ENVELOPE_INVALID .*event\.type is missing/);
  });

  it('ends with 2 for a destination it doesn’t know', async () => {
    const { exitCode, stdout, stderr } = await runDest(['explain', '-c', config, '-d', 'nobody'], { stdin: '' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('There is no destination nobody. There are: off, closed,');
  });

  it('delivers nothing and connects to nobody', async () => {
    workspace.write(
      'dest.yaml',
      workspace
        .read('dest.yaml')
        .replace('id: orders, package: double', 'id: orders, package: double, init: { open: hang, path: out.txt }'),
    );
    expect(await runDest(['explain', '-c', config], { stdin: ndjson(order) })).toMatchObject({ exitCode: 0 });
    expect(() => workspace.read('out.txt')).toThrow('ENOENT');
  });
});
