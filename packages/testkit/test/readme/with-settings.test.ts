import { defineSchema, DestinationInterface, RegisterDestination, type DestinationClass } from '@dest/core';
import { withSettings } from '../../src/index';

function classWith(credentials: object, init: object): DestinationClass<object> {
  class Example extends DestinationInterface {
    async dispatchEvent(): Promise<void> {}
    async dispatchProfile(): Promise<void> {}
  }
  const schemas = { credentials: defineSchema(credentials), init: defineSchema(init) };
  RegisterDestination({ package: 'example', title: 'Example', ...schemas })(Example);
  return Example;
}

const PAGE = '# Example\n\nBefore.\n\n<!-- settings -->\nold\n<!-- /settings -->\n\nAfter.\n';

test('name, type, default, secret and description of each field, those of objects too', () => {
  const credentials = {
    type: 'object',
    properties: {
      url: { type: 'string', description: 'Where it is.' },
      token: { type: 'string', writeOnly: true, title: 'A token' },
      tls: {
        type: 'object',
        description: 'Certificates.',
        properties: { key: { type: 'string', writeOnly: true, description: 'Its key.' } },
        required: ['key'],
      },
    },
    required: ['url'],
  };
  const init = {
    type: 'object',
    properties: {
      method: { type: 'string', enum: ['POST', 'PUT'], default: 'POST', description: 'a | b,\nc' },
      size: { type: 'integer', minimum: 1, maximum: 9, default: 5, description: 'How many.' },
      least: { type: 'number', minimum: 0, description: 'At least.' },
      most: { type: 'number', maximum: 7, description: 'At most.' },
      flag: { const: true, description: 'Only this.' },
      anything: { description: 'No type.' },
      lists: {
        type: 'array',
        description: 'Lists.',
        items: { type: 'object', properties: { id: { type: 'string', description: 'Id.' } }, required: ['id'] },
      },
      either: {
        anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
        description: 'One or more.',
      },
    },
  };
  const page = withSettings(PAGE, classWith(credentials, init));
  expect(page).toBe(`# Example

Before.

<!-- settings -->

## Credentials

| name      | type   | default  | secret | description   |
| --------- | ------ | -------- | ------ | ------------- |
| \`url\`     | string | required |        | Where it is.  |
| \`token\`   | string |          | yes    | A token       |
| \`tls\`     | object |          |        | Certificates. |
| \`tls.key\` | string | required | yes    | Its key.      |

## Init

| name         | type                      | default  | secret | description  |
| ------------ | ------------------------- | -------- | ------ | ------------ |
| \`method\`     | \`"POST"\` or \`"PUT"\`       | \`"POST"\` |        | a \\| b, c    |
| \`size\`       | integer, 1 to 9           | \`5\`      |        | How many.    |
| \`least\`      | number, at least 0        |          |        | At least.    |
| \`most\`       | number, at most 7         |          |        | At most.     |
| \`flag\`       | \`true\`                    |          |        | Only this.   |
| \`anything\`   | anything                  |          |        | No type.     |
| \`lists\`      | array of object           |          |        | Lists.       |
| \`lists[].id\` | string                    | required |        | Id.          |
| \`either\`     | string or array of string |          |        | One or more. |

<!-- /settings -->

After.
`);
  expect(withSettings(page, classWith(credentials, init))).toBe(page);
});

test('a schema without fields', () => {
  const page = withSettings(PAGE, classWith({ type: 'object' }, { type: 'object' }));
  expect(page).toContain('## Credentials\n\nNone.\n\n## Init\n\nNone.\n');
});

test.each(['# Example\n', '<!-- settings -->\n', '<!-- /settings -->\n<!-- settings -->\n'])(
  'a page without both marks is refused: %j',
  (page) => {
    const Class = classWith({ type: 'object' }, { type: 'object' });
    expect(() => withSettings(page, Class)).toThrow(expect.objectContaining({ code: 'SETTINGS_MARKS_MISSING' }));
  },
);
