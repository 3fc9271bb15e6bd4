import { checkPackageName, suggestedName } from '../src/package-name';

test.each(['crm', 'dest-plugin-crm', '@acme/crm', '@acme/crm.v2_x', '3d-print', 'a'.repeat(214)])(
  '%s is a name',
  (name) => {
    expect(checkPackageName(name)).toBe(name);
  },
);

test.each([
  ['', 'Choose one such as'],
  ['My Plugin', 'Try my-plugin.'],
  ['Größe!', 'Try gro-e.'],
  ['.hidden', 'Try hidden.'],
  ['_private', 'Try private.'],
  ['@Acme/CRM', 'Try @acme/crm.'],
  ['@acme/', 'Try acme.'],
  ['@acme', 'Try acme.'],
  ['@acme/a/b', 'Try @acme/a.'],
  ['../up', 'Try up.'],
  ['a#b', 'Try a-b.'],
  ['日本', 'Choose one such as'],
  ['fs', 'Try dest-plugin-fs.'],
  ['node_modules', 'Try dest-plugin-node_modules.'],
  ['a'.repeat(215), 'has 215 characters'],
  ['a\nb', 'Try a-b.'],
])('%j is none', (name, says) => {
  expect(() => checkPackageName(name)).toThrow(
    expect.objectContaining({ code: 'CREATE_NAME_INVALID', message: expect.stringContaining(says) }),
  );
});

test.each(['My Plugin', '@Acme/CRM', '..//..', '@@/x', '@ /b', '---', '@acme/--', 'fs', 'ÄÖÜ', ' ~x~ '])(
  'what is suggested for %j is a name',
  (given) => {
    const name = suggestedName(given);
    if (name !== undefined) expect(checkPackageName(name)).toBe(name);
  },
);
