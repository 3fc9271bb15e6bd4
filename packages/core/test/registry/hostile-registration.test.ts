import { DestinationInterface, DestinationRegistry, PluginError, RegisterDestination, defineSchema } from '@dest/core';
import { applicationFolder, pluginCode } from '../support/application-folder';

const none = defineSchema({ type: 'object', additionalProperties: false });
const good = { package: 'odd', title: 'Odd', credentials: none, init: none };
const REGISTRATION = Symbol.for('@dest/core/registration@1');

function thrower(): never {
  throw new Error('mine');
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwing(key: string, on: object = { ...good }): object {
  return Object.defineProperty(on, key, { get: thrower, configurable: true, enumerable: true });
}

/** A class as another copy of core, or nobody's, might have registered it. */
function classWith(options: unknown): object & { readonly prototype: object } {
  class Odd extends DestinationInterface {
    async dispatchEvent(): Promise<void> {}
    async dispatchProfile(): Promise<void> {}
  }
  return Object.defineProperty(Odd, REGISTRATION, { value: { options, construct: () => ({}) }, configurable: true });
}

function refusalOf(target: unknown): PluginError {
  const registry = new DestinationRegistry({ from: __dirname });
  let refusal: unknown;
  try {
    registry.register(target as object);
  } catch (thrown) {
    refusal = thrown;
  }
  expect(registry.list()).toEqual([]);
  expect(refusal).toBeInstanceOf(PluginError);
  return refusal as PluginError;
}

describe('options that are not right are PLUGIN_REGISTRATION_INVALID', () => {
  test.each<[string, unknown, string]>([
    ['no options', undefined, 'options should be an object, is undefined'],
    ['options that are a text', 'abc', 'options should be an object, is "abc"'],
    ['a package that is a number', { ...good, package: 5 }, 'package should be a text that is not empty, is 5'],
    ['a package that is empty', { ...good, package: '' }, 'package should be a text that is not empty, is ""'],
    ['a title that is a symbol', { ...good, title: Symbol('x') }, 'title should be a text, is a symbol'],
    ['a title that is an object', { ...good, title: {} }, 'title should be a text, is an object'],
    ['a title that is null', { ...good, title: null }, 'title should be a text, is null'],
    ['a title that was revoked', { ...good, title: revoked() }, 'title throws when it is read'],
    ['a description that is a number', { ...good, description: 5 }, 'description should be a text, is 5'],
    ['tags that are a text', { ...good, tags: 'abc' }, 'tags should be a list of texts, is "abc"'],
    ['tags that are numbers', { ...good, tags: ['a', 5] }, 'tags should be a list of texts, is an object'],
    ['a tag that throws', { ...good, tags: throwing('0', []) }, 'tags throws when it is read: mine'],
    ['a missing that is a big integer', { ...good, missing: 1n }, 'missing should be "null" or "omit", is 1'],
    [
      'a missing that is a function',
      { ...good, missing: thrower },
      'missing should be "null" or "omit", is a function',
    ],
    ['a missing that is long', { ...good, missing: 'x'.repeat(1_000) }, `is "${'x'.repeat(77)}…"`],
    ['orderedBatches that is a text', { ...good, orderedBatches: 'no' }, 'orderedBatches should be true or false, is "no"'], // prettier-ignore
    ['inject that is a text', { ...good, inject: 'LOGGER' }, 'inject should be a list of tokens, is "LOGGER"'],
    ...Object.keys({ ...good, description: '', tags: [], missing: '', orderedBatches: '', inject: [] }).map(
      (key): [string, unknown, string] => [
        `a ${key} that throws`,
        throwing(key),
        `${key} throws when it is read: mine`,
      ],
    ),
  ])('%s', (_name, options, message) => {
    const refusal = refusalOf(classWith(options));
    expect(refusal).toMatchObject({ code: 'PLUGIN_REGISTRATION_INVALID', plugin: 'Odd' });
    expect(refusal.message).toContain(`Plugin Odd registers Odd wrongly: `);
    expect(refusal.message).toContain(message);
  });

  test('what was thrown is the cause', () => {
    expect(refusalOf(classWith(throwing('title'))).cause).toMatchObject({ message: 'mine' });
  });

  test.each<[string, () => unknown, string]>([
    ['a name that throws', () => throwing('name', classWith(good)), 'its name throws when it is read: mine'],
    ['a prototype that throws', () => new Proxy(classWith(good), { get: (on, key, self): unknown => (key === 'prototype' ? thrower() : Reflect.get(on, key, self)) }), 'its prototype throws'], // prettier-ignore
    ['a method that throws', () => withMethod(throwing('dispatchEvent', {})), 'dispatchEvent throws when it is read: mine'], // prettier-ignore
    ['a registration that throws', () => Object.defineProperty(classWith(good), REGISTRATION, { get: thrower }), 'its registration throws'], // prettier-ignore
    ['a registration that is null', () => Object.defineProperty(classWith(good), REGISTRATION, { value: null }), 'options should be an object, is undefined'], // prettier-ignore
    ['options that throw', () => Object.defineProperty(classWith(good), REGISTRATION, { value: throwing('options') }), 'its registration throws'], // prettier-ignore
    ['nothing that constructs', () => Object.defineProperty(classWith(good), REGISTRATION, { value: { options: good } }), 'it was not registered by RegisterDestination'], // prettier-ignore
    ['a class that was revoked', () => { const { proxy, revoke } = Proxy.revocable(classWith(good), {}); revoke(); return proxy; }, 'its name throws'], // prettier-ignore
  ])('%s', (_name, target, message) => {
    const refusal = refusalOf(target());
    expect(refusal.code).toBe('PLUGIN_REGISTRATION_INVALID');
    expect(refusal.message).toContain(message);
  });

  function withMethod(methods: object): object {
    const target = classWith(good);
    Object.defineProperties(target.prototype, Object.getOwnPropertyDescriptors(methods));
    return target;
  }

  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'found is undefined'],
    ['null', null, 'found is null'],
    ['a text', 'Odd', 'found is "Odd"'],
    ['an object', { [REGISTRATION]: { options: good, construct: thrower } }, 'found is an object'],
  ])('%s is no class', (_name, target, message) => {
    const refusal = refusalOf(target);
    expect(refusal.code).toBe('PLUGIN_NO_DESTINATION');
    expect(refusal.message).toContain(message);
  });

  test.each([
    ['has no text', { value: (): string => 'x' }, 'a class without a name'],
    ['is empty', { value: '' }, 'a class without a name'],
  ])('a name that %s is none, and nothing wrong', (_name, descriptor, expected) => {
    const refusal = refusalOf(Object.defineProperty(classWith({}), 'name', descriptor));
    expect(refusal.message).toContain(`Plugin of the application registers ${expected} wrongly: package should be`);
  });
});

test('a plugin is refused by the name under which it is listed', async () => {
  const code = `${pluginCode('odd')}
    class Odd extends TestDestination { static get name() { throw new Error('mine'); } }
    RegisterDestination({ package: 'odd', title: 'Odd', credentials, init })(Odd);
    class Titled extends TestDestination {}
    RegisterDestination({ package: 'odd', get title() { throw new Error('mine'); }, credentials, init })(Titled);`;
  const from = applicationFolder({
    'name.js': `${code} module.exports = { Odd };`,
    'title.js': `${code} module.exports = { Titled };`,
    'inject.js': `${code} RegisterDestination({ package: 'odd', title: 'Odd', credentials, init, inject: 5 })(Titled); module.exports = { Titled };`,
    'options.js': `${code} RegisterDestination()(Titled); module.exports = { Titled };`,
  });
  const registry = new DestinationRegistry({ from });
  for (const [plugin, message] of [
    ['./name.js', 'Plugin ./name.js registers a class wrongly: its name throws when it is read: mine.'],
    ['./title.js', 'Plugin ./title.js registers Titled wrongly: title throws when it is read: mine.'],
    ['./inject.js', 'Plugin ./inject.js registers Titled wrongly: inject should be a list of tokens, is 5.'],
    ['./options.js', 'Plugin ./options.js registers Titled wrongly: options should be an object, is undefined.'],
  ] as const) {
    await expect(registry.load(plugin)).rejects.toMatchObject({ code: 'PLUGIN_REGISTRATION_INVALID', plugin, message });
  }
  expect(registry.list()).toEqual([]);
});

describe('a schema that is not right is PLUGIN_SCHEMA_INVALID', () => {
  const circular: Record<string, unknown> = { type: 'object' };
  circular['properties'] = { again: circular };

  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /made by defineSchema/],
    ['a bare schema', { type: 'object' }, /made by defineSchema/],
    ['asynchronous', { json: { $async: true, type: 'object' } }, /"\$async" is not supported/],
    ['asynchronous inside', { json: { type: 'object', properties: { a: { $async: true, type: 'string' } } } }, /async/],
    ['a newer draft', { json: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' } }, /"\$schema" is "https:\/\/json-schema\.org\/draft\/2020-12\/schema", and schemas are read as draft 7\./], // prettier-ignore
    ['an older draft', { json: { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object' } }, /read as draft 7/], // prettier-ignore
    ['a draft that is no text', { json: { $schema: {}, type: 'object' } }, /"\$schema" is an object, .* draft 7/],
    ['a list', { json: [] }, /the init schema of Odd is not valid/],
    ['circular', { json: circular }, /circular/],
    ['throwing', { json: throwing('type', {}) }, /the init schema of Odd is not valid: mine/],
    ['throwing inside', { json: { type: 'object', properties: throwing('a', {}) , get required(): unknown { return thrower(); } } }, /mine/], // prettier-ignore
    ['revoked', { json: revoked() }, /the init schema of Odd is not valid/],
  ])('%s', (_name, init, message) => {
    const refusal = refusalOf(classWith({ ...good, init }));
    expect(refusal).toMatchObject({ code: 'PLUGIN_SCHEMA_INVALID', plugin: 'Odd' });
    expect(refusal.message).toMatch(message);
  });

  test.each(['http://json-schema.org/draft-07/schema#', 'http://json-schema.org/draft-07/schema'])(
    '%s is right',
    ($schema) => {
      const registry = new DestinationRegistry({ from: __dirname });
      registry.register(classWith({ ...good, init: { json: { $schema, type: 'object' } } }));
      expect(registry.has('odd')).toBe(true);
    },
  );
});

describe('what was read', () => {
  test('does not change when a getter changes its answers', () => {
    const answers: Record<string, unknown[]> = {
      package: ['odd', 5],
      title: ['Odd', 5],
      missing: ['omit', 5],
      tags: [['a'], 5],
      credentials: [none, 5],
      init: [none, 5],
    };
    const options = {};
    for (const [key, values] of Object.entries(answers)) {
      Object.defineProperty(options, key, { get: () => (values.length > 1 ? values.shift() : values[0]) });
    }
    const registry = new DestinationRegistry({ from: __dirname });
    registry.register(classWith(options));
    expect(registry.resolve('odd')).toMatchObject({ package: 'odd', title: 'Odd', missing: 'omit', tags: ['a'] });
  });

  test('does not change with what was handed over', () => {
    const json = { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] };
    const tags = ['a'];
    const registry = new DestinationRegistry({ from: __dirname });
    const { schemas } = registry.register(classWith({ ...good, tags, init: { json } }));
    tags.push('b');
    json.required.pop();
    expect(registry.resolve('odd').tags).toEqual(['a']);
    expect(schemas.init).toMatchObject({ required: ['topic'] });
    expect(() => Object.assign(schemas.init, { required: [] })).toThrow(TypeError);
  });

  test('of a class that RegisterDestination registered, neither', () => {
    const options = { ...good, tags: ['a'] };
    class Odd extends DestinationInterface {
      async dispatchEvent(): Promise<void> {}
      async dispatchProfile(): Promise<void> {}
    }
    RegisterDestination(options)(Odd);
    const registry = new DestinationRegistry({ from: __dirname });
    registry.register(Odd);
    options.title = 'Other';
    expect(registry.resolve('odd').title).toBe('Odd');
  });
});
