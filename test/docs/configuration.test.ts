import { configurationSchema, inspectApplication, runConfigurationTests, type Configuration } from '@dest/host';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPage } from './markdown';

const page = readPage(join(__dirname, '../../docs/reference/configuration.md'));

interface Key {
  readonly path: string;
  /** As it stands in the table, without backticks; absent where it is described in words. */
  readonly default?: string;
}

/** The rows of the tables of keys. */
function listedKeys(): readonly Key[] {
  const tables = page.matchAll(/^\| key .*\n\|[-| ]+\n((?:\|.*\n)+)/gm);
  return [...tables].flatMap(([, rows]) =>
    (rows as string)
      .trim()
      .split('\n')
      .map((row) => {
        const [, key = '', , value = ''] = row.split('|').map((cell) => cell.trim());
        const literal = /^`([^`]+)`$/.exec(value)?.[1];
        return { path: key.replaceAll('`', ''), ...(literal === undefined ? {} : { default: literal }) };
      }),
  );
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

function keysOf({ properties = {}, items, anyOf = [] }: Schema, path = ''): readonly string[] {
  const own = Object.entries(properties).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [at, ...keysOf(value, at)];
  });
  return [
    ...own,
    ...(items === undefined ? [] : keysOf(items, `${path}[]`)),
    ...anyOf.flatMap((each) => keysOf(each, path)),
  ];
}

async function configurationOf(config: object): Promise<Configuration> {
  const { application } = await inspectApplication({ config });
  await application?.close();
  return (application as NonNullable<typeof application>).configuration;
}

/** Sets `destinations[].delivery.concurrency` and the like in the first element of each list. */
function set(target: Record<string, unknown>, path: string, value: unknown): void {
  const [first = '', ...rest] = path.split('.');
  const name = first.replace('[]', '');
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const next = first.endsWith('[]')
    ? ((target[name] ??= [{}]) as Record<string, unknown>[])[0]
    : ((target[name] ??= {}) as Record<string, unknown>);
  set(next as Record<string, unknown>, rest.join('.'), value);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe('docs/reference/configuration.md', () => {
  const listed = listedKeys();

  test('has every key of the schema once, and no other', () => {
    const inSchema = [...new Set(keysOf(configurationSchema as unknown as Schema))].sort();
    expect(listed.map(({ path }) => path).sort()).toEqual(inSchema);
  });

  test('has the defaults that are filled in', async () => {
    const intakes = [{ type: 'plugin', package: 'p' }];
    const minimal = { version: 1, resources: [{ id: 'r' }], destinations: [{ id: 'd', package: 'p' }], intakes };
    const explicit = structuredClone(minimal) as Record<string, unknown>;
    // Tests have defaults of their own, which are not filled in.
    const defaults = listed.filter(({ path, default: text }) => text !== undefined && !path.includes('tests[]'));
    expect(defaults.length).toBeGreaterThan(15);
    for (const { path, default: text } of defaults) set(explicit, path, valueOf(text as string));
    explicit['outbox'] = { type: 'sqlite', ...(explicit['outbox'] as object) };
    expect(await configurationOf(explicit)).toEqual(await configurationOf(minimal));
  });

  test('shows a configuration that is valid, and whose tests pass', async () => {
    const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'dest-configuration-'));
    try {
      const config = join(folder, 'dest.yaml');
      writeFileSync(config, example);
      const { application, issues } = await inspectApplication({ config, environment: { CRM_TOKEN: 't' } });
      // The plugins that it names are not there.
      expect(new Set(issues.map(({ code }) => code))).toEqual(new Set(['PLUGIN_NOT_INSTALLED', 'PACKAGE_NOT_LOADED']));
      const results = runConfigurationTests(application as NonNullable<typeof application>, 0);
      expect(results).toEqual([expect.objectContaining({ destination: 'large-orders', passed: true })]);
      await application?.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('both pages tell from which length on a secret is hidden', async () => {
  const contract = readPage(join(__dirname, '../../docs/reference/contract.md'));
  const told = [
    /credentials \(of (\w+) characters or more\)/.exec(contract),
    /Marked texts of\s+fewer than (\w+) characters/.exec(page),
  ].map((found) => ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'].indexOf(found?.[1] ?? '') + 1);
  const [long, short] = told.map((length) => 'QXZVKJWP'.slice(0, length)) as [string, string];
  const credentials = {
    production: { url: 'https://example.com', token: long },
    test: { url: 'https://example.com', token: short.slice(0, -1) },
  };
  const { application } = await inspectApplication({
    config: {
      version: 1,
      plugins: ['@dest/webhook'],
      resources: [{ id: 'hook', credentials }],
      destinations: [{ id: 'hook', package: '@dest/webhook', resource: { id: 'hook' } }],
    },
  });
  expect(application?.redact(`it is ${long}`)).toBe('it is •••');
  expect(application?.redact(`it is ${short.slice(0, -1)}`)).toBe(`it is ${short.slice(0, -1)}`);
  expect(told[0]).toBe(told[1]);
  await application?.close();
});
