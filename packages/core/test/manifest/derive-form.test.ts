import { defineSchema, describeType, DestinationInterface, DestinationRegistry, RegisterDestination } from '@dest/core';
import type { FormField } from '@dest/core';
import { applicationFolder } from '../support/application-folder';

function formOf(properties: Readonly<Record<string, object>>, more: object = {}): readonly FormField[] {
  class Any extends DestinationInterface {
    async dispatchEvent(): Promise<void> {}
    async dispatchProfile(): Promise<void> {}
  }
  const init = defineSchema({ type: 'object', properties, ...more } as never);
  const credentials = defineSchema({ type: 'object', additionalProperties: false });
  RegisterDestination({ package: 'any', title: 'Any', credentials, init: init as never })(Any);
  const registry = new DestinationRegistry({ from: applicationFolder() });
  return describeType(registry.register(Any)).forms.init;
}

describe('the form that follows from a schema', () => {
  test.each<[what: string, schema: object, field: Partial<FormField>]>([
    [
      'a text',
      { type: 'string', title: 'Topic', description: 'Where to' },
      { component: 'text', label: 'Topic', help: 'Where to' },
    ],
    ['a secret', { type: 'string', writeOnly: true }, { component: 'text', secret: true }],
    ['a number with a default', { type: 'integer', default: 3 }, { component: 'number', default: 3 }],
    ['a default that is false', { type: 'boolean', default: false }, { component: 'switch', default: false }],
    ['one of several', { enum: ['a', 'b'] }, { component: 'select', choices: ['a', 'b'] }],
    ['texts', { type: 'array', items: { type: 'string' } }, { component: 'list' }],
    ['a list of anything else', { type: 'array', items: { type: 'object' } }, { component: 'json' }],
    ['an object of any keys', { type: 'object', additionalProperties: { type: 'string' } }, { component: 'json' }],
    [
      'one of two shapes that is a secret',
      { anyOf: [{ type: 'string' }, { type: 'array' }], writeOnly: true },
      { component: 'json', secret: true },
    ],
  ])('%s', (_what, schema, field) => {
    const [found] = formOf({ key: schema });
    expect(found).toMatchObject({ pointer: '/key', required: false, secret: false, ...field });
  });

  test('groups, their pointers and what is required', () => {
    const key = { type: 'string', writeOnly: true };
    const [group, plain] = formOf(
      {
        'a/b': { type: 'object', properties: { clientKey: key, 'x~y': { type: 'string' } }, required: ['clientKey'] },
        plainName: { type: 'string' },
      },
      { required: ['plainName'] },
    );
    expect(group).toMatchObject({
      pointer: '/a~1b',
      component: 'group',
      secret: false,
      required: false,
      fields: [
        { pointer: '/a~1b/clientKey', label: 'Client key', required: true, secret: true },
        { pointer: '/a~1b/x~0y', required: false, secret: false },
      ],
    });
    expect(plain).toMatchObject({ label: 'Plain name', required: true });
  });

  test('a schema without properties has no fields', () => {
    expect(formOf({})).toEqual([]);
  });
});
