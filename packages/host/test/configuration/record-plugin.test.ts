import { recordPlugin } from '@dest/host';

const plugin = { package: '@acme/crm', range: '^1.2.0' };
const ENTRY = "{ package: '@acme/crm', range: ^1.2.0 }";

describe('a plugin is recorded in a configuration, of which all else stays', () => {
  test.each<[what: string, before: string, after: string]>([
    [
      'at the end of a list, before comments that follow',
      '# top\nversion: 1\n\n\nplugins:\n  # the files\n  - \'@dest/file\'   # why\n  - "b"  # last\n  # none more\n\ndebug:   false # x\n',
      `# top\nversion: 1\n\n\nplugins:\n  # the files\n  - '@dest/file'   # why\n  - "b"  # last\n  - ${ENTRY}\n  # none more\n\ndebug:   false # x\n`,
    ],
    [
      'in a list that is not indented',
      'version: 1\nplugins:\n- a\ndebug: true\n',
      `version: 1\nplugins:\n- a\n- ${ENTRY}\ndebug: true\n`,
    ],
    [
      'behind an entry of several lines',
      'plugins:\n  - package: a\n    range: ^1.0.0 # one\n\nversion: 1\n',
      `plugins:\n  - package: a\n    range: ^1.0.0 # one\n  - ${ENTRY}\n\nversion: 1\n`,
    ],
    [
      'at the end of the file without a line break',
      'version: 1\nplugins:\n  - a',
      `version: 1\nplugins:\n  - a\n  - ${ENTRY}`,
    ],
    [
      'in a list on one line',
      "version: 1\nplugins: [ 'a', b ] # c\n",
      `version: 1\nplugins: [ 'a', b, ${ENTRY} ] # c\n`,
    ],
    [
      'behind an entry in braces',
      'plugins: [{ package: a, range: ^1.0.0 }]\nversion: 1\n',
      `plugins: [{ package: a, range: ^1.0.0 }, ${ENTRY}]\nversion: 1\n`,
    ],
    [
      'in a list of several lines',
      'plugins: [\n  a, # one\n  b # two\n]\nversion: 1\n',
      `plugins: [\n  a, # one\n  b, # two\n  ${ENTRY}\n]\nversion: 1\n`,
    ],
    [
      'in one with a comma at its end',
      'plugins: [\n  a,\n  b, # two\n]\nversion: 1\n',
      `plugins: [\n  a,\n  b, # two\n  ${ENTRY},\n]\nversion: 1\n`,
    ],
    [
      'in one whose bracket ends the line',
      'plugins: [\n  a,\n  b]\nversion: 1\n',
      `plugins: [\n  a,\n  b,\n  ${ENTRY}]\nversion: 1\n`,
    ],
    ['in an empty list', 'version: 1\nplugins: []\n', `version: 1\nplugins: [${ENTRY}]\n`],
    [
      'where nothing stands behind the key',
      'plugins: # none yet\nversion: 1\n',
      `plugins: # none yet\n  - ${ENTRY}\nversion: 1\n`,
    ],
    ['in the place of null', 'plugins: null # none\nversion: 1\n', `plugins: [${ENTRY}] # none\nversion: 1\n`],
    [
      'where there is no list, behind the version',
      '# a\nversion: 1 # v\n\ndebug: true\n',
      `# a\nversion: 1 # v\nplugins:\n  - ${ENTRY}\n\ndebug: true\n`,
    ],
    ['where there is no version either', '# a\ndebug: true\n', `# a\nplugins:\n  - ${ENTRY}\ndebug: true\n`],
    [
      'with line breaks of Windows',
      'version: 1\r\nplugins:\r\n  - a\r\n',
      `version: 1\r\nplugins:\r\n  - a\r\n  - ${ENTRY}\r\n`,
    ],
    [
      'in JSON',
      '{"version":1,"plugins":["a"]}',
      '{"version":1,"plugins":["a", { "package": "@acme/crm", "range": "^1.2.0" }]}',
    ],
    [
      'in JSON of several lines',
      '{\n  "version": 1,\n  "plugins": [\n    "a"\n  ]\n}\n',
      '{\n  "version": 1,\n  "plugins": [\n    "a",\n    { "package": "@acme/crm", "range": "^1.2.0" }\n  ]\n}\n',
    ],
    [
      'in JSON without a list',
      '{\n  "version": 1,\n  "debug": true\n}\n',
      '{\n  "version": 1,\n  "plugins": [{ "package": "@acme/crm", "range": "^1.2.0" }],\n  "debug": true\n}\n',
    ],
    [
      'in JSON on one line without a version',
      '{"debug":true}',
      '{"plugins": [{ "package": "@acme/crm", "range": "^1.2.0" }], "debug":true}',
    ],
  ])('%s', (_what, before, after) => {
    expect(recordPlugin(before, plugin, 'dest.yaml')).toEqual({ text: after, change: 'added' });
    expect(recordPlugin(after, plugin, 'dest.yaml')).toEqual({ text: after, change: 'none' });
  });

  test.each<[what: string, before: string, after: string]>([
    [
      'of a bare name',
      "plugins:\n  - a\n  - '@acme/crm' # ours\n  - b\n",
      `plugins:\n  - a\n  - ${ENTRY} # ours\n  - b\n`,
    ],
    [
      'of another range',
      'plugins: [{ range: "^0.9.0", package: "@acme/crm" }]\n',
      `plugins: [{ range: ^1.2.0, package: "@acme/crm" }]\n`,
    ],
    ['of an entry without one', "plugins: [{ package: '@acme/crm' }, b]\n", `plugins: [${ENTRY}, b]\n`],
    [
      'of an entry of several lines',
      "plugins:\n  - package: '@acme/crm'\n  - b\n",
      "plugins:\n  - package: '@acme/crm'\n    range: ^1.2.0\n  - b\n",
    ],
    [
      'of one of its names',
      "plugins: ['@acme/crm#contacts']\n",
      "plugins: [{ package: '@acme/crm#contacts', range: ^1.2.0 }]\n",
    ],
  ])('with the range %s', (_what, before, after) => {
    expect(recordPlugin(before, plugin, 'dest.yaml')).toEqual({ text: after, change: 'range' });
  });

  test('names and ranges that YAML would take for something else get quotes', () => {
    const added = (name: string, range: string): string =>
      recordPlugin('plugins: []\n', { package: name, range }, 'x').text;
    expect(added('null', '>=1 <2')).toBe("plugins: [{ package: 'null', range: '>=1 <2' }]\n");
    expect(added('dest-plugin-journal', '1.2.3-beta.1')).toBe(
      'plugins: [{ package: dest-plugin-journal, range: 1.2.3-beta.1 }]\n',
    );
    expect(added('acme', '1.2')).toBe("plugins: [{ package: 'acme', range: '1.2' }]\n");
  });

  test.each<[what: string, text: string]>([
    ['a list that stands elsewhere', 'a: &a [x]\nplugins: *a\n'],
    ['a list that is merged in', 'base: &base { plugins: [x] }\n<<: *base\nversion: 1\n'],
    ['no list', 'plugins: all\n'],
    ['no YAML', 'plugins: [\n'],
    ['an empty file', ''],
    ['no object', '- a\n'],
  ])('is refused with what to write by hand: %s', (_what, text) => {
    expect(() => recordPlugin(text, plugin, 'dest.yaml')).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_NOT_EDITABLE', message: expect.stringContaining(ENTRY) }),
    );
  });
});
