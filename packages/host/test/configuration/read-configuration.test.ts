import { inspectApplication, loadApplication, type ConfigurationIssue } from '@dest/host';
import { join, resolve } from 'node:path';
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
const strict = pluginPackage(
  'strict',
  pluginCode('strict')
    .replace("type: 'object',", "type: 'object', required: ['user', 'key'],")
    .replace('properties: {', "properties: { user: { type: 'string' },"),
);

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
        message: 'destinatons: is not known here; did you mean destinations?',
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
      'credentials that are needed where no resource is named',
      'version: 1\nplugins: [strict]\ndestinations:\n  - id: a\n    package: strict\n',
      {
        code: 'CREDENTIALS_MISSING',
        path: '/destinations/0/resource',
        line: 4,
        column: 5,
        message: expect.stringMatching(
          /^Destination a: resource: is missing, and strict needs credentials; add resource: .*\.user: is missing.*\.key: is missing/,
        ) as string,
      },
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
    [
      'an alias without an anchor',
      'version: 1\nresources:\n  - id: *nothing\n',
      {
        code: 'YAML_INVALID',
        path: '/resources/0/id',
        line: 3,
        column: 9,
        message: expect.stringMatching(/anchor/) as string,
      },
    ],
    [
      'an alias of what it lies in',
      'version: 1\ndestinations:\n  - id: a\n    package: acme\n    init: &c\n      self: { back: *c }\n',
      {
        code: 'SCHEMA',
        path: '/destinations/0/init/self/back',
        line: 6,
        column: 21,
        message: expect.stringContaining('destinations[0].init.self.back: contains itself') as string,
      },
    ],
    [
      'a merge into itself',
      'version: 1\nresources:\n  - &r\n    id: a\n    credentials: { <<: *r }\n',
      { code: 'YAML_INVALID', line: 5, column: 20, message: expect.stringMatching(/itself/) as string },
    ],
    [
      'a merge of what is no object',
      'version: 1\nplugins: &p [acme]\nresources:\n  - id: a\n    <<: [*p]\n',
      { code: 'YAML_INVALID', line: 5, column: 5, message: expect.stringMatching(/should be an object/) as string },
    ],
    [
      'too many aliases',
      `version: 1\nplugins: &a [x]\nroots:\n${'  - *a\n'.repeat(120)}`,
      { code: 'YAML_INVALID', line: 1, message: expect.stringMatching(/more than 100 times/) as string },
    ],
    [
      'a second document',
      'version: 1\n---\nversion: 1\n',
      { code: 'YAML_INVALID', line: 2, message: expect.stringContaining('Keep one document') as string },
    ],
    [
      'a variable without quotes inside of braces',
      'version: 1\nresources: [{ id: ${ID} }]\n',
      { code: 'YAML_INVALID', line: 2, message: expect.stringContaining('needs quotes: "${NAME}"') as string },
    ],
    [
      'a tab',
      'version: 1\nresources:\n\t- id: a\n',
      { code: 'YAML_INVALID', line: 3, message: expect.stringContaining('YAML takes spaces only') as string },
    ],
    [
      'a test that expects nothing',
      'version: 1\ndestinations:\n  - id: a\n    package: acme\n    tests:\n      - { given: {}, expect: {} }\n',
      {
        code: 'SCHEMA',
        path: '/destinations/0/tests/0/expect',
        message: 'destinations[0].tests[0].expect: should not be empty.',
        line: 6,
      },
    ],
    [
      'a test that expects nothing exactly',
      'version: 1\ndestinations:\n  - id: a\n    package: acme\n    tests:\n      - { given: {}, expect: { exact: true } }\n',
      {
        code: 'SCHEMA',
        path: '/destinations/0/tests/0/expect/data',
        message: 'destinations[0].tests[0].expect.data: is missing; exact needs it.',
      },
    ],
  ])('%s', async (_name, yaml, expected) => {
    expect(await issuesOf(yaml, { ...acme, ...strict })).toEqual(
      expect.arrayContaining([expect.objectContaining({ severity: 'error', ...expected })]),
    );
  });

  test('what is merged in has the place where it is written', async () => {
    const yaml = (base: string): string =>
      `version: 1\nplugins: [acme]\ndestinations:\n  - &base\n    id: a\n    package: acme\n    init: &init ${base}\n  - <<: *base\n    id: b\n    init: { <<: [*init] }\n`;
    expect(await issuesOf(yaml('{ name: x }'), acme)).toEqual([]);
    expect(await issuesOf(yaml('{ name: 5 }'), acme)).toEqual([
      expect.objectContaining({ path: '/destinations/0/init/name', line: 7, column: 25 }),
      expect.objectContaining({ path: '/destinations/1/init/name', line: 7, column: 25 }),
    ]);
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
  test.each([
    [false, 'production'],
    [true, 'test'],
  ])('only those of the credentials that are used have to be set (debug %s)', async (debug, used) => {
    const given = (side: string): string =>
      `version: 1\ndebug: ${debug}\nresources:\n  - id: r\n    credentials:\n      ${side}: { token: '\${ABSENT}' }\n`;
    expect(await issuesOf(given(used === 'test' ? 'production' : 'test'))).toEqual([]);
    expect(await issuesOf(given(used))).toEqual([
      expect.objectContaining({ code: 'ENVIRONMENT_VARIABLE_MISSING', path: `/resources/0/credentials/${used}/token` }),
    ]);
  });

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
    ['$${not a name}', '${not a name}'],
    ['${NUMBER}', '12345'],
  ])('%s becomes %j', async (text, expected) => {
    const folder = applicationFolder({ 'dest.yaml': yaml(text) });
    const environment = { TOKEN: 'secret', EMPTY: '', TRICKY: '${TOKEN}', NUMBER: '12345' };
    const application = await loadApplication({ config: join(folder, 'dest.yaml'), environment });
    expect(application.configuration.resources[0]?.credentials.production).toEqual({ token: expected });
    await application.close();
  });

  test.each(['${TOKEN-x}', '${A:-${B}}', '${}', 'a ${', '${not a name}', '${TOKEN'])('%s is none', async (text) => {
    const issues = await issuesOf(yaml(text), {}, { TOKEN: 'canary-7f3a', B: 'b' });
    expect(issues).toEqual([
      {
        code: 'ENVIRONMENT_SYNTAX',
        path: '/resources/0/credentials/production/token',
        message: expect.stringContaining('Write ${NAME} or ${NAME:-default}') as string,
        line: 5,
        column: 28,
        severity: 'error',
      },
    ]);
  });

  test('are none of what every object has', async () => {
    expect(await issuesOf(yaml('${toString}'))).toEqual([
      expect.objectContaining({ code: 'ENVIRONMENT_VARIABLE_MISSING' }),
    ]);
  });

  test('are numbers and booleans where they stand alone without quotes, and a text is not what belongs there', async () => {
    const folder = applicationFolder({
      'dest.yaml': `version: \${VERSION:-1}
debug: \${DEBUG:-false}
resources:
  - id: r
    name: \${NUMBER}
    credentials:
      production:
        token: \${NUMBER}
        flag: \${DEBUG}
destinations:
  - id: d
    package: x
    enabled: \${ENABLED}
    eventType: \${NUMBER}
    init:
      port: \${NUMBER}
    mapping:
      number: \${NUMBER}
      quoted: "\${NUMBER}"
      part: \${NUMBER}0
      empty: \${EMPTY}
      list: \${LIST}
    delivery:
      timeoutMs: \${TIMEOUT:-5}
      retry:
        maxAge: \${NUMBER}
`,
    });
    const environment = { DEBUG: 'true', ENABLED: 'false', NUMBER: '12345', EMPTY: '', LIST: '[1]' };
    const application = await loadApplication({ config: join(folder, 'dest.yaml'), environment });
    const { debug, resources, destinations } = application.configuration;
    expect(debug).toBe(true);
    expect(resources[0]).toMatchObject({
      name: '12345',
      credentials: { production: { token: '12345', flag: 'true' } },
    });
    expect(destinations[0]).toMatchObject({
      enabled: false,
      eventType: '12345',
      init: { port: '12345' },
      mapping: { number: 12345, quoted: '12345', part: '123450', empty: '', list: '[1]' },
      delivery: { timeoutMs: 5, retry: { maxAgeMs: 12345 } },
    });
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

describe('no message has a value of a variable, or a secret that lacks its quotes', () => {
  const secret = 'canary-7f3a';
  test.each([
    ['credentials that are a text', 'resources:\n  - { id: r, credentials: "${SECRET}" }\n'],
    ['a side that is a text', 'resources:\n  - { id: r, credentials: { production: "${SECRET}" } }\n'],
    ['resources that are a text', 'resources: "${SECRET}"\n'],
    ['an init that is a text', 'destinations:\n  - { id: d, package: x, init: "${SECRET}" }\n'],
    ['a whole that is a text', undefined],
    ['a variable that looks like YAML', 'resources:\n  - { id: 5, credentials: { production: { a: "${YAML}" } } }\n'],
    ['an alias', `resources:\n  - { id: r, credentials: { production: { a: *${secret} } } }\n`],
    ['a tag', `resources:\n  - { id: r, credentials: { production: { a: !${secret} } } }\n`],
    ['two tags', `resources:\n  - { id: r, credentials: { production: { a: !!${secret} x } } }\n`],
  ])('%s', async (_name, text) => {
    const yaml = text === undefined ? '"${SECRET}"' : `version: 1\n${text}`;
    const issues = await issuesOf(yaml, {}, { SECRET: secret, YAML: `*${secret} !${secret} &${secret}` });
    expect(issues).not.toEqual([]);
    expect(JSON.stringify(issues)).not.toContain(secret);
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
          delivery: {
            retry: { maxAge: '1d12h' },
            maxBytes: '2GiB',
            batch: { maxBytes: 100 },
            rateLimit: { perSecond: 2.5 },
            breaker: { window: '1m' },
            coalesce: 'latest',
          },
        },
      ],
    },
    from: '/application',
  });
  expect(application.configuration).toMatchObject({
    debug: false,
    outbox: {
      type: 'sqlite',
      path: resolve('/application/.dest/outbox.db'),
      dedupeWindowMs: 86_400_000,
      ballastBytes: 16_777_216,
    },
    control: { path: resolve('/application/.dest/control.sock') },
  });
  expect(application.configuration.destinations[0]).toMatchObject({
    name: 'd',
    enabled: true,
    generation: 1,
    onProfileChangeOnly: false,
    mappingOptions: { missing: 'null' },
    delivery: {
      maxBytes: 2_147_483_648,
      retry: { maxAgeMs: 129_600_000, maxAttempts: 10 },
      batch: { maxBytes: 100, maxItems: 500 },
      rateLimit: { perSecond: 2.5, burst: 3 },
      breaker: { windowMs: 60_000, failuresInARow: 5, failureRate: 0.5, minimumOutcomes: 20 },
      coalesce: 'latest',
      whenDisabled: 'hold',
      whenFull: 'reject',
    },
  });
  await application.close();
});

test('an outbox in memory, and paths beside the configuration', async () => {
  const application = await loadApplication({
    config: { version: 1, outbox: { type: 'memory', dedupeWindow: '1h' }, control: { path: 'run/dest.sock' } },
    from: '/application',
  });
  expect(application.configuration).toMatchObject({
    outbox: { type: 'memory', dedupeWindowMs: 3_600_000 },
    control: { path: resolve('/application/run/dest.sock') },
  });
  await application.close();
});

test.each([
  ['1KiB', 'is too small'],
  ['15MiB', 'is too small'],
  [1, 'is too small'],
  [0, undefined],
  ['16MiB', undefined],
])('a ballast of %s: %s', async (ballast, problem) => {
  const issues = await issuesOf(`version: 1\noutbox:\n  type: sqlite\n  ballast: ${ballast}\ndestinations: []\n`);
  const found = issues.find(({ path }) => path === '/outbox/ballast');
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject({ code: 'BALLAST_TOO_SMALL', line: 4, message: expect.stringContaining(problem) });
});

test('a profile is replaced by its own id only', async () => {
  const issues = await issuesOf(
    'version: 1\ndestinations:\n  - { id: d, package: x, delivery: { coalesce: latest, key: profile@traits.team } }\n',
  );
  const issue = { code: 'COALESCE_WITH_KEY', path: '/destinations/0/delivery/key', line: 3 };
  expect(issues.filter(({ code }) => code === issue.code)).toMatchObject([issue]);
});
