import {
  DestinationInterface,
  DestinationRegistry,
  INTAKE,
  IntakeInterface,
  LOGGER,
  OutboxInterface,
  RegisterDestination,
  RegisterIntake,
  RegisterOutbox,
  defineSchema,
  inject,
  noopLogger,
  type IntakeSettings,
  type Logger,
  type Resource,
  type TypeOf,
} from '@dest/core';
import { aDestination, aResource } from '../support/a-destination';

const credentials = defineSchema({
  type: 'object',
  properties: { host: { type: 'string' } },
  required: ['host'],
  additionalProperties: false,
});
const init = defineSchema({
  type: 'object',
  properties: { topic: { type: 'string' }, size: { type: 'integer', default: 5 } },
  required: ['topic'],
  additionalProperties: false,
});
type Credentials = TypeOf<typeof credentials>;
type Init = TypeOf<typeof init>;

@RegisterIntake({ package: 'queue#intake', title: 'Queue', credentials, init })
class QueueIntake extends IntakeInterface<Credentials, Init> {
  constructor(
    debug: boolean,
    resource: Resource<Credentials>,
    intake: IntakeSettings<Init>,
    @inject(LOGGER) readonly logger: Logger,
  ) {
    super(debug, resource, intake);
  }
  get seen(): object {
    return { credentials: this.credentials, init: this.init };
  }
  async start(): Promise<void> {}
  async close(): Promise<void> {}
}

@RegisterDestination({ package: 'queue', title: 'Queue', credentials, init })
class QueueDestination extends DestinationInterface<Credentials, Init> {
  async dispatchEvent(): Promise<void> {}
  async dispatchProfile(): Promise<void> {}
}

/** By a plain call, on a class whose methods do nothing. */
function anOutbox(without?: string): object {
  class QueueOutbox extends (OutboxInterface as unknown as new (...given: unknown[]) => object) {}
  for (const name of OUTBOX_METHODS) {
    if (name !== without) Object.assign(QueueOutbox.prototype, { [name]: async () => undefined });
  }
  RegisterOutbox({ package: 'queue#outbox', title: 'Queue', credentials, init })(QueueOutbox as never);
  return QueueOutbox;
}

const OUTBOX_METHODS =
  `open append read readRetries readReplays load started settle size lanes moveLane dropLane deadLetters countDeadLetters
  deadLetter dropDeadLetters replayDeadLetters forget close`.split(/\s+/);

const resource = aResource({ credentials: { production: { host: 'live' }, test: { host: 'sandbox' } } });
const common = { resource: { id: 'main' }, init: { topic: 'orders' } };
const intake = { id: 'orders', package: 'queue#intake', enabled: true, ...common };
const outbox = { package: 'queue#outbox', dedupeWindowMs: 60_000, ...common };

function registryOf(...classes: readonly object[]): DestinationRegistry {
  const registry = new DestinationRegistry({ from: __dirname, logger: noopLogger });
  for (const target of classes) registry.register(target);
  return registry;
}

describe('an intake', () => {
  const registry = registryOf(QueueIntake, QueueDestination);

  test('is made from the credentials of one side and its init, with what is injected', () => {
    const instance = registry.createIntake({ debug: true, resource, intake }) as unknown as QueueIntake;
    expect(instance).toBeInstanceOf(QueueIntake);
    expect(instance.seen).toEqual({ credentials: { host: 'sandbox' }, init: { topic: 'orders', size: 5 } });
    expect(instance.resource.credentials).toEqual({ test: { host: 'sandbox' } });
    expect(instance.intake).toEqual({ ...intake, init: { topic: 'orders', size: 5 } });
    expect(instance.logger).toBe(noopLogger);
  });

  test('is registered by a standard decorator and by a call as well, and listed by its kind', () => {
    class Plain extends QueueIntake {}
    RegisterIntake({ package: 'plain', title: 'Plain', credentials, init })(Plain, { kind: 'class', name: 'Plain' });
    const plain = registryOf(Plain);
    expect(plain.list()).toMatchObject([{ kind: 'intake', package: 'plain' }]);
    expect(plain.createIntake({ debug: false, resource, intake: { ...intake, package: 'plain' } })).toBeInstanceOf(
      Plain,
    );
  });

  test('asks for its settings by a token', () => {
    class Listed {
      constructor(readonly given: unknown[]) {}
      async start(): Promise<void> {}
      async close(): Promise<void> {}
    }
    class Taking extends Listed {
      constructor(debug: boolean, given: Resource, settings: IntakeSettings, again: IntakeSettings) {
        super([debug, given, settings, again]);
      }
    }
    RegisterIntake({ package: 'taking', title: 'Taking', credentials, init, inject: [INTAKE] })(Taking);
    const settings = { ...intake, package: 'taking' };
    const made = registryOf(Taking).createIntake({ debug: false, resource, intake: settings }) as unknown as Listed;
    expect(made.given[2]).toMatchObject({ id: 'orders' });
    expect(made.given[3]).toBe(made.given[2]);
  });

  test.each([
    ['debug', { debug: 'no' as never }, 'DEBUG_NOT_BOOLEAN', 'Intake orders: debug should be true or false, is "no".'],
    ['init', { intake: { ...intake, init: {} } }, 'INIT_INVALID', 'Intake orders: init.topic: is missing'],
    ['resource', { resource: undefined }, 'RESOURCE_UNKNOWN', 'Intake orders: resource.id: there is no resource main'],
    [
      'package',
      { intake: { ...intake, package: 'queue#intke' } },
      'PACKAGE_UNKNOWN',
      'Intake orders: the package queue#intke is not registered. Did you mean queue#intake?',
    ],
    [
      'kind',
      { intake: { ...intake, package: 'queue' } },
      'PACKAGE_KIND_WRONG',
      'Intake orders: the package queue is a destination, not an intake. Take queue#intake, or list it under destinations.',
    ],
  ])('is refused where its %s is wrong', (_what, wrong, code, message) => {
    expect(() => registry.createIntake({ debug: false, resource, intake, ...wrong })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test('is no destination', () => {
    const destination = aDestination({ ...common, package: 'queue#intake' });
    const message = 'the package queue#intake is an intake, not a destination. Take queue, or list it under intakes.';
    expect(() => registry.create({ debug: false, resource, destination })).toThrow(`Destination orders: ${message}`);
    expect(registry.validate({ debug: false, resource, destination })).toEqual([
      { code: 'PACKAGE_KIND_WRONG', part: 'package', pointer: '', message: `package: T${message.slice(1)}` },
    ]);
  });

  test('needs start and close', () => {
    class Endless {
      start(): void {}
    }
    RegisterIntake({ package: 'endless', title: 'Endless', credentials, init })(Endless as never);
    expect(() => registryOf(Endless)).toThrow(
      expect.objectContaining({
        code: 'PLUGIN_METHODS_MISSING',
        message: 'Plugin Endless: the class Endless lacks close(), which every intake has. Add it.',
      }),
    );
  });
});

describe('an outbox', () => {
  test('is made from its settings', () => {
    const made = registryOf(anOutbox()).createOutbox({ debug: false, resource, outbox });
    expect(made).toMatchObject({ outbox: { dedupeWindowMs: 60_000, init: { topic: 'orders', size: 5 } } });
  });

  test('is validated without being made', () => {
    const registry = registryOf(anOutbox(), QueueIntake);
    expect(registry.validateOutbox({ debug: false, resource, outbox })).toEqual([]);
    const wrong = { ...outbox, package: 'queue#intake' };
    expect(registry.validateOutbox({ debug: false, resource, outbox: wrong })).toMatchObject([
      { code: 'PACKAGE_KIND_WRONG', message: expect.stringContaining('is an intake, not an outbox') },
    ]);
  });

  test.each(OUTBOX_METHODS)('needs %s', (method) => {
    expect(() => registryOf(anOutbox(method))).toThrow(`lacks ${method}(), which every outbox has`);
  });
});

describe('a registration', () => {
  const REGISTRATION = Symbol.for('@dest/core/registration@1');

  function registeredAs(kind: unknown): object {
    class Foreign extends QueueDestination {}
    const value = { kind, options: { package: 'foreign', credentials, init }, construct: () => ({}) };
    return Object.defineProperty(Foreign, REGISTRATION, { value });
  }

  test('without a kind, by an older copy of core, is a destination', () => {
    expect(registryOf(registeredAs(undefined)).resolve('foreign').kind).toBe('destination');
  });

  test.each(['sink', 5, 'toString'])('of a kind that is not known (%p) is refused', (kind) => {
    expect(() => registryOf(registeredAs(kind))).toThrow(
      expect.objectContaining({ code: 'PLUGIN_REGISTRATION_INVALID', message: expect.stringContaining('its kind') }),
    );
  });
});
