import {
  CLOCK,
  CONNECTIONS,
  DestinationInterface,
  DestinationRegistry,
  HTTP,
  LOGGER,
  RegisterDestination,
  defineSchema,
  inject,
  noopLogger,
  systemClock,
  type Clock,
  type Connections,
  type Destination,
  type Http,
  type Logger,
  type Resource,
  type TypeOf,
} from '@dest/core';
import { aDestination, aResource } from '../support/a-destination';

const credentials = defineSchema({
  type: 'object',
  properties: {
    host: { type: 'string', description: 'Where it is' },
    token: { type: 'string', writeOnly: true, minLength: 8 },
  },
  required: ['host'],
  additionalProperties: false,
});
const init = defineSchema({
  type: 'object',
  properties: { topic: { type: 'string', description: 'Where to write' }, size: { type: 'integer', default: 5 } },
  required: ['topic'],
  additionalProperties: false,
});
type Credentials = TypeOf<typeof credentials>;
type Init = TypeOf<typeof init>;

@RegisterDestination({ package: 'plain', title: 'Plain', credentials, init })
class PlainDestination extends DestinationInterface<Credentials, Init> {
  get seen(): { credentials: Credentials; init: Init } {
    return { credentials: this.credentials, init: this.init };
  }
  async dispatchEvent(): Promise<void> {}
  async dispatchProfile(): Promise<void> {}
}

@RegisterDestination({ package: 'injected', title: 'Injected', credentials, init, inject: [HTTP, CONNECTIONS] })
class InjectedDestination extends DestinationInterface<Credentials, Init> {
  constructor(
    debug: boolean,
    resource: Resource<Credentials>,
    destination: Destination<Init>,
    readonly http: Http,
    readonly connections: Connections,
    @inject(LOGGER) readonly logger: Logger,
    @inject(CLOCK) readonly clock: Clock,
  ) {
    super(debug, resource, destination);
  }
  async dispatchEvent(): Promise<void> {}
  async dispatchProfile(): Promise<void> {}
}

const resource = aResource({
  credentials: { production: { host: 'live', token: 'live-secret-token' }, test: { host: 'sandbox' } },
});
const destination = aDestination({ package: 'plain', resource: { id: 'main' }, init: { topic: 'orders' } });

function registryOf(...classes: object[]): DestinationRegistry {
  const registry = new DestinationRegistry({ from: __dirname });
  for (const target of classes) registry.register(target);
  return registry;
}

function refusal(call: () => unknown): { code: string; message: string } {
  try {
    call();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing was refused');
}

describe('create', () => {
  test('hands over validated credentials and init with defaults', () => {
    const instance = registryOf(PlainDestination).create({ debug: false, resource, destination }) as PlainDestination;
    expect(instance.seen).toEqual({
      credentials: { host: 'live', token: 'live-secret-token' },
      init: { topic: 'orders', size: 5 },
    });
    expect(instance).toBeInstanceOf(PlainDestination);
  });

  test('a debug instance never sees production credentials, nor the other way round', () => {
    const registry = registryOf(PlainDestination);
    const debug = registry.create({ debug: true, resource, destination });
    const live = registry.create({ debug: false, resource, destination });
    expect(debug.resource.credentials).toEqual({ test: { host: 'sandbox' } });
    expect(live.resource.credentials).toEqual({ production: { host: 'live', token: 'live-secret-token' } });
    expect(debug.resource.version).not.toBe(live.resource.version);
  });

  test('injects what the decorator lists and what parameters ask for', () => {
    const registry = new DestinationRegistry({ from: __dirname, logger: noopLogger });
    registry.register(InjectedDestination);
    const instance = registry.create({
      debug: false,
      resource,
      destination: { ...destination, package: 'injected' },
    }) as InjectedDestination;
    expect(typeof instance.http).toBe('function');
    expect(typeof instance.connections.acquire).toBe('function');
    expect(instance.logger).toBe(noopLogger);
    expect(instance.clock).toBe(systemClock);
  });

  test('leaves what it was handed as it was, and hands over what can not be changed', () => {
    const given = { topic: 'orders' };
    const instance = registryOf(PlainDestination).create({
      debug: false,
      resource,
      destination: { ...destination, init: given },
    });
    expect(given).toEqual({ topic: 'orders' });
    expect(Object.isFrozen(given)).toBe(false);
    expect(Object.isFrozen(instance.destination.init)).toBe(true);
  });

  test('a destination without a resource gets an empty one', () => {
    const none = defineSchema({ type: 'object', additionalProperties: false });
    class Bare extends DestinationInterface {
      async dispatchEvent(): Promise<void> {}
      async dispatchProfile(): Promise<void> {}
    }
    RegisterDestination({ package: 'bare', title: 'Bare', credentials: none, init: none })(Bare);
    const instance = registryOf(Bare).create({ debug: true, destination: aDestination({ package: 'bare' }) });
    expect(instance.resource.credentials).toEqual({ test: {} });
  });

  test.each<[string, string, Partial<Destination>, Resource | undefined]>([
    ['INIT_INVALID', 'Destination orders: init.topic: should be a string, is 5.', { init: { topic: 5 } }, resource],
    [
      'INIT_INVALID',
      'Destination orders: init.topic: is missing (should be a string: Where to write).',
      { init: {} },
      resource,
    ],
    [
      'INIT_INVALID',
      'Destination orders: init.topci: is not known here; did you mean topic?.',
      { init: { topic: 'a', topci: 'b' } },
      resource,
    ],
    [
      'CREDENTIALS_MISSING',
      'Destination orders: credentials.production: is missing from the resource main, and debug is off; add it, or turn debug on.',
      {},
      aResource({ credentials: { test: { host: 'sandbox' } } }),
    ],
    [
      'CREDENTIALS_INVALID',
      'Destination orders: credentials.production.host: is missing (should be a string: Where it is).',
      {},
      aResource(),
    ],
    ['RESOURCE_UNKNOWN', 'Destination orders: resource.id: there is no resource main.', {}, undefined],
    [
      'PACKAGE_UNKNOWN',
      'Destination orders: the package plian is not registered. Did you mean plain?',
      { package: 'plian' },
      resource,
    ],
  ])('%s: %s', (code, message, parts, given) => {
    const registry = registryOf(PlainDestination);
    const error = refusal(() =>
      registry.create({ debug: false, resource: given, destination: { ...destination, ...parts } }),
    );
    expect(error).toMatchObject({ code, message });
  });

  test('a secret that is wrong is not printed', () => {
    const error = refusal(() =>
      registryOf(PlainDestination).create({
        debug: false,
        resource: aResource({ credentials: { production: { host: 'live', token: 'canary' } } }),
        destination,
      }),
    );
    expect(error.code).toBe('CREDENTIALS_INVALID');
    expect(error.message).toContain('credentials.production.token');
    expect(error.message).not.toContain('canary');
  });

  test('a debug that is no boolean is refused, by the registry and by the class', () => {
    const registry = registryOf(PlainDestination);
    const given = { debug: 'false', resource, destination } as never;
    expect(refusal(() => registry.create(given)).code).toBe('DEBUG_NOT_BOOLEAN');
    const circular: Record<string, unknown> = {};
    circular['again'] = circular;
    for (const debug of [1n, circular, Symbol('true'), undefined]) {
      const odd = { debug, resource, destination } as never;
      expect(refusal(() => registry.create(odd)).code).toBe('DEBUG_NOT_BOOLEAN');
    }
    expect(refusal(() => new (PlainDestination as never as new () => unknown)()).code).toBe('DEBUG_NOT_BOOLEAN');
  });

  test('a constructor that throws is that destination’s failure', () => {
    class Throwing extends PlainDestination {
      constructor(debug: boolean, given: Resource<Credentials>, configured: Destination<Init>) {
        super(debug, given, configured);
        throw new Error('no luck');
      }
    }
    RegisterDestination({ package: 'throwing', title: 'Throwing', credentials, init })(Throwing);
    const registry = registryOf(Throwing, PlainDestination);
    const error = refusal(() =>
      registry.create({ debug: false, resource, destination: { ...destination, package: 'throwing' } }),
    );
    expect(error).toMatchObject({
      code: 'DESTINATION_CONSTRUCTOR_FAILED',
      message: expect.stringContaining('no luck'),
    });
    expect(registry.create({ debug: false, resource, destination })).toBeInstanceOf(PlainDestination);
  });
});

describe('what a constructor throws', () => {
  test.each<[string, unknown, string, string]>([
    ['null', null, 'DESTINATION_CONSTRUCTOR_FAILED', 'null'],
    ['undefined', undefined, 'DESTINATION_CONSTRUCTOR_FAILED', 'undefined'],
    ['an error with a code', Object.assign(new Error('odd'), { code: 'ODD_TOKEN' }), 'ODD_TOKEN', 'odd'],
    [
      'an error with a code that is no text',
      Object.assign(new Error('odd'), { code: 5 }),
      'DESTINATION_CONSTRUCTOR_FAILED',
      'odd',
    ],
    [
      'an error whose message is a symbol',
      Object.assign(new Error(), { message: Symbol('odd') }),
      'DESTINATION_CONSTRUCTOR_FAILED',
      'Symbol(odd)',
    ],
  ])('%s', (_name, thrown, code, text) => {
    class Throwing extends PlainDestination {
      constructor(debug: boolean, given: Resource<Credentials>, configured: Destination<Init>) {
        super(debug, given, configured);
        throw thrown;
      }
    }
    RegisterDestination({ package: 'throwing', title: 'Throwing', credentials, init })(Throwing);
    const error = refusal(() =>
      registryOf(Throwing).create({ debug: false, resource, destination: { ...destination, package: 'throwing' } }),
    );
    expect(error).toMatchObject({
      name: 'ConfigurationError',
      code,
      message: `Destination orders: an instance of throwing can't be made: ${text}`,
    });
  });
});

describe('register', () => {
  test('a subclass that is not registered itself is refused', () => {
    class Subclass extends PlainDestination {}
    expect(refusal(() => registryOf(Subclass))).toMatchObject({ code: 'PLUGIN_NO_DESTINATION' });
  });

  test('a subclass is registered beside its base, and both work', () => {
    class Subclass extends InjectedDestination {}
    RegisterDestination({
      package: 'sub',
      title: 'Sub',
      credentials,
      init,
      inject: [HTTP, CONNECTIONS, LOGGER, CLOCK],
    })(Subclass);
    const registry = registryOf(InjectedDestination, Subclass);
    for (const name of ['sub', 'injected']) {
      const instance = registry.create({ debug: false, resource, destination: { ...destination, package: name } });
      expect((instance as InjectedDestination).clock).toBe(systemClock);
    }
  });

  test('the same class twice is once', () => {
    expect(registryOf(PlainDestination, PlainDestination).list()).toHaveLength(1);
  });

  test('connections are private to a destination type', async () => {
    const registry = registryOf(InjectedDestination);
    class Other extends InjectedDestination {}
    RegisterDestination({
      package: 'other',
      title: 'Other',
      credentials,
      init,
      inject: [HTTP, CONNECTIONS, LOGGER, CLOCK],
    })(Other);
    registry.register(Other);
    const instances = ['injected', 'injected', 'other'].map(
      (name) =>
        registry.create({
          debug: false,
          resource,
          destination: { ...destination, package: name },
        }) as InjectedDestination,
    );
    let made = 0;
    const leases = await Promise.all(
      instances.map(({ connections }) =>
        connections.acquire(
          'key',
          async () => ++made,
          async () => undefined,
        ),
      ),
    );
    expect(leases.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });
});
