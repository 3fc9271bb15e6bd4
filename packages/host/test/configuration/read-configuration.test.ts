import { inspectApplication, loadApplication, type ConfigurationIssue } from '@dest/host';
import { join } from 'node:path';
import {
  applicationFolder,
  pluginCode,
  pluginPackage,
  type FileTree,
} from '../../../core/test/support/application-folder';

async function issuesOf(yaml: string, files: FileTree = {}, environment = {}): Promise<readonly ConfigurationIssue[]> {
  const folder = applicationFolder({ 'dest.yaml': yaml, ...files });
  const { application, issues } = await inspectApplication({ config: join(folder, 'dest.yaml'), environment });
  await application?.close();
  return issues;
}

const acme = pluginPackage('acme', pluginCode('acme'));

describe('an error points to the place', () => {
  test.each<[string, string, Partial<ConfigurationIssue>]>([
    ['no YAML', 'version: 1\nplugins: [\n', { code: 'YAML_INVALID', line: 3 }],
    [
      'a template without quotes',
      'version: 1\ndestinations:\n  - id: a\n    package: acme\n    mapping: { a: `12` }\n',
      { code: 'YAML_INVALID', line: 5, message: expect.stringMatching(/quote/) as string },
    ],
    ['a key twice', 'version: 1\ndebug: true\ndebug: false\n', { code: 'YAML_INVALID', line: 3, column: 1 }],
    [
      'no version',
      'plugins: []\n',
      {
        code: 'SCHEMA',
        path: '/version',
        message: 'version: is missing (should be 1: Version of this format).',
        line: 1,
        column: 1,
      },
    ],
    [
      'another version',
      'version: 2\n',
      { code: 'SCHEMA', path: '/version', message: 'version: should be 1, is 2.', line: 1, column: 10 },
    ],
    [
      'an unknown key',
      'version: 1\ndestinatons: []\n',
      {
        path: '/destinatons',
        message: 'destinatons: is not known here; did you mean destinations?.',
        line: 2,
        column: 14,
      },
    ],
    [
      'a wrong type deep down',
      'version: 1\ndestinations:\n  - id: a\n    package: acme\n    enabled: maybe\n',
      {
        path: '/destinations/0/enabled',
        message: 'destinations[0].enabled: should be a boolean, is "maybe".',
        line: 5,
        column: 14,
      },
    ],
    [
      'an id twice',
      'version: 1\nresources:\n  - id: a\n  - id: a\n',
      { code: 'ID_REPEATED', path: '/resources/1/id', line: 4, column: 9 },
    ],
    [
      'a plugin that is not there',
      'version: 1\nplugins:\n  - nowhere\n',
      { code: 'PLUGIN_NOT_INSTALLED', path: '/plugins/0', line: 3, column: 5 },
    ],
    [
      'a plugin outside the folder',
      'version: 1\nplugins:\n  - ../elsewhere.js\n',
      { code: 'PATH_OUTSIDE_ROOTS', path: '/plugins/0', line: 3, column: 5 },
    ],
    [
      'a plugin outside the folder, as a URL',
      'version: 1\nplugins:\n  - file:///elsewhere.js\n',
      { code: 'PATH_OUTSIDE_ROOTS', path: '/plugins/0', line: 3, column: 5 },
    ],
    [
      'a network policy that is none',
      'version: 1\nnetwork:\n  allow: [300.1.1.1/99]\n',
      { code: 'NETWORK_POLICY_INVALID', path: '/network/allow', line: 3, column: 10 },
    ],
    [
      'an init that is not valid',
      'version: 1\nplugins: [acme]\ndestinations:\n  - id: a\n    package: acme\n    init:\n      name: 5\n',
      {
        code: 'INIT_INVALID',
        path: '/destinations/0/init/name',
        message: 'Destination a: init.name: should be a string, is 5',
        line: 7,
        column: 13,
      },
    ],
    [
      'credentials that are not valid',
      'version: 1\nplugins: [acme]\nresources:\n  - id: r\n    credentials:\n      production:\n        key: 5\ndestinations:\n  - id: a\n    package: acme\n    resource: { id: r }\n',
      { code: 'CREDENTIALS_INVALID', path: '/resources/0/credentials/production/key', line: 7, column: 14 },
    ],
    [
      'credentials of the side that debug selects are missing',
      'version: 1\ndebug: true\nplugins: [acme]\nresources:\n  - id: r\n    credentials:\n      production: { key: a }\ndestinations:\n  - id: a\n    package: acme\n    resource: { id: r }\n',
      { code: 'CREDENTIALS_MISSING', path: '/resources/0/credentials/test', line: 7, column: 7 },
    ],
    [
      'a resource that is not there',
      'version: 1\nplugins: [acme]\ndestinations:\n  - id: a\n    package: acme\n    resource:\n      id: nobody\n',
      { code: 'RESOURCE_UNKNOWN', path: '/destinations/0/resource/id', line: 7, column: 11 },
    ],
    [
      'a package that nobody registered',
      'version: 1\nplugins: [acme]\ndestinations:\n  - id: a\n    package: acmee\n',
      { code: 'PACKAGE_UNKNOWN', path: '/destinations/0/package', line: 5, column: 14 },
    ],
    [
      'a package whose plugin could not be loaded',
      'version: 1\nplugins: [gone]\ndestinations:\n  - id: a\n    package: gone\n',
      { code: 'PACKAGE_NOT_LOADED', path: '/destinations/0/package', line: 5, column: 14 },
    ],
    [
      'a condition',
      'version: 1\nplugins: [acme]\ndestinations:\n  - id: a\n    package: acme\n    condition: "event@type =="\n',
      { path: '/destinations/0/condition', line: 6, column: 16 },
    ],
    [
      'a mapping',
      'version: 1\nplugins: [acme]\ndestinations:\n  - id: a\n    package: acme\n    mapping:\n      total: { $frist: [] }\n',
      { path: '/destinations/0/mapping/total/$frist', line: 7, column: 24 },
    ],
    [
      'a variable that is not set',
      'version: 1\nresources:\n  - id: r\n    credentials:\n      production: { token: "${ABSENT}" }\n',
      { code: 'ENVIRONMENT_VARIABLE_MISSING', path: '/resources/0/credentials/production/token', line: 5, column: 28 },
    ],
  ])('%s', async (_name, yaml, expected) => {
    expect(await issuesOf(yaml, acme)).toEqual(
      expect.arrayContaining([expect.objectContaining({ severity: 'error', ...expected })]),
    );
  });

  test('a file that is not there', async () => {
    const { issues } = await inspectApplication({ config: '/nowhere/dest.yaml' });
    expect(issues).toEqual([expect.objectContaining({ code: 'CONFIGURATION_UNREADABLE' })]);
  });

  test('an object has no lines', async () => {
    const { issues } = await inspectApplication({ config: { version: 1, plugins: 'x' } });
    expect(issues).toEqual([
      { code: 'SCHEMA', path: '/plugins', message: 'plugins: should be a list, is "x".', severity: 'error' },
    ]);
  });

  test('whoever needs an application gets every error in one', async () => {
    await expect(loadApplication({ config: { version: 1, plugins: 'x', debug: 'y' } })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      issues: [expect.anything(), expect.anything()],
    });
  });
});

describe('variables', () => {
  const yaml = (text: string): string =>
    `version: 1\nresources:\n  - id: r\n    credentials:\n      production: { token: ${JSON.stringify(text)} }\n`;
  test.each([
    ['${TOKEN}', 'secret'],
    ['a-${TOKEN}-${TOKEN}', 'a-secret-secret'],
    ['${ABSENT:-fallback}', 'fallback'],
    ['${EMPTY:-fallback}', 'fallback'],
    ['${EMPTY}', ''],
    ['${ABSENT:-}', ''],
    ['$${TOKEN}', '${TOKEN}'],
    ['${TRICKY}', '${TOKEN}'],
    ['${not a name}', '${not a name}'],
  ])('%s becomes %j', async (text, expected) => {
    const folder = applicationFolder({ 'dest.yaml': yaml(text) });
    const environment = { TOKEN: 'secret', EMPTY: '', TRICKY: '${TOKEN}' };
    const application = await loadApplication({ config: join(folder, 'dest.yaml'), environment });
    expect(application.configuration.resources[0]?.credentials.production).toEqual({ token: expected });
    await application.close();
  });

  test('are left alone in an object', async () => {
    const application = await loadApplication({
      config: { version: 1, resources: [{ id: 'r', credentials: { test: { token: '${HOME}' } } }] },
    });
    expect(application.configuration.resources[0]?.credentials.test).toEqual({ token: '${HOME}' });
    await application.close();
  });
});

test('defaults and units', async () => {
  const application = await loadApplication({
    config: {
      version: 1,
      destinations: [
        {
          id: 'd',
          package: 'x',
          mappingOptions: { missing: null },
          delivery: { retry: { maxAge: '1d12h' }, maxBytes: '2GiB', batch: { maxBytes: 100 } },
        },
      ],
    },
  });
  expect(application.configuration).toMatchObject({
    debug: false,
    outbox: { type: 'memory', dedupeWindowMs: 86_400_000 },
  });
  expect(application.configuration.destinations[0]).toMatchObject({
    name: 'd',
    enabled: true,
    onProfileChangeOnly: false,
    mappingOptions: { missing: 'null' },
    delivery: {
      maxBytes: 2_147_483_648,
      retry: { maxAgeMs: 129_600_000, maxAttempts: 10 },
      batch: { maxBytes: 100, maxItems: 500 },
    },
  });
  await application.close();
});
