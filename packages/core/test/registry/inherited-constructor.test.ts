import * as core from '@dest/core';
import { DestinationInterface, DestinationRegistry, RegisterDestination, defineSchema, noopLogger } from '@dest/core';
import { CLOCK, HTTP, LOGGER, METRICS, inject, noopMetrics, systemClock } from '@dest/core';
import type { Clock, Destination, Http, Logger, Metrics, Resource } from '@dest/core';
import { ModuleKind, ScriptTarget, transpileModule, type CompilerOptions } from 'typescript';
import { aDestination } from '../support/a-destination';

const none = defineSchema({ type: 'object', additionalProperties: false });
const options = { package: 'made', title: 'Made', credentials: none, init: none };

class Base extends DestinationInterface {
  async dispatchEvent(): Promise<void> {}
  async dispatchProfile(): Promise<void> {}
}

/** Not registered itself. */
class Marked extends Base {
  constructor(
    debug: boolean,
    resource: Resource,
    destination: Destination,
    @inject(LOGGER) readonly logger: Logger,
    @inject(CLOCK) readonly clock: Clock,
  ) {
    super(debug, resource, destination);
  }
}

@RegisterDestination({ ...options, package: 'listed', inject: [HTTP] })
class Listed extends Base {
  constructor(
    debug: boolean,
    resource: Resource,
    destination: Destination,
    readonly http: Http,
    @inject(LOGGER) readonly logger: Logger,
  ) {
    super(debug, resource, destination);
  }
}

const http = (async () => new Response()) as Http;

function make<Made = Record<string, unknown>>(target: object, name = 'made'): Made {
  const registry = new DestinationRegistry({ from: __dirname, http, logger: noopLogger, metrics: noopMetrics });
  registry.register(target);
  return registry.create({ debug: true, destination: aDestination({ package: name }) }) as Made;
}

/** Registers as a call does. */
function registered<Class extends object>(target: Class, more: object = {}): Class {
  RegisterDestination({ ...options, ...more })(target as never);
  return target;
}

describe('a class without a constructor of its own is handed what its parent’s asks for', () => {
  test('by marked parameters', () => {
    @RegisterDestination(options)
    class Made extends Marked {}
    expect(make(Made)).toMatchObject({ debug: true, logger: noopLogger, clock: systemClock });
  });

  test('by a list, and by marked parameters', () => {
    @RegisterDestination(options)
    class Made extends Listed {}
    expect(make(Made)).toMatchObject({ http, logger: noopLogger });
    expect(make(Listed, 'listed')).toMatchObject({ http, logger: noopLogger });
  });

  test('through classes between them, registered or not', () => {
    class Between extends Listed {}
    class Registered extends registered(Between, { package: 'between' }) {}
    class Made extends Registered {}
    expect(make(registered(Made))).toMatchObject({ http, logger: noopLogger });
    expect(make(Between, 'between')).toMatchObject({ http, logger: noopLogger });
  });

  test('with fields of its own', () => {
    class Made extends Marked {
      readonly own = this.logger;
    }
    expect(make(registered(Made))).toMatchObject({ own: noopLogger, clock: systemClock });
  });

  test('its own list replaces the parent’s by position', () => {
    class Made extends Listed {}
    expect(make(registered(Made, { inject: [METRICS] }))).toMatchObject({ http: noopMetrics, logger: noopLogger });
    expect(make(Listed, 'listed')).toMatchObject({ http });
  });

  test('by the registration of a copy of core that left no metadata', () => {
    class Foreign extends Base {
      readonly injected: readonly unknown[];
      constructor(debug: boolean, resource: Resource, destination: Destination, ...injected: unknown[]) {
        super(debug, resource, destination);
        this.injected = injected;
      }
    }
    const registration = { options: { ...options, inject: [LOGGER, CLOCK] }, construct: (): object => ({}) };
    Object.defineProperty(Foreign, Symbol.for('@dest/core/registration@1'), { value: registration });
    class Made extends Foreign {}
    expect(make(registered(Made))).toMatchObject({ injected: [noopLogger, systemClock] });
  });

  test('with parameters in another order', () => {
    class Reordered extends Base {
      constructor(
        @inject(LOGGER) readonly logger: Logger,
        @inject(core.DEBUG) debug: boolean,
        @inject(core.RESOURCE) resource: Resource,
        @inject(core.DESTINATION) destination: Destination,
      ) {
        super(debug, resource, destination);
      }
    }
    class Made extends Reordered {}
    RegisterDestination(options)(Made as never);
    expect(make(Made)).toMatchObject({ debug: true, logger: noopLogger });
  });
});

test('a constructor that only hands on everything counts as the parent’s', () => {
  type Everything = [boolean, Resource, Destination, Logger, Clock];
  @RegisterDestination(options)
  class Made extends Marked {
    readonly handed: number;
    constructor(...everything: Everything) {
      super(...everything);
      this.handed = everything.length;
    }
  }
  expect(make(Made)).toMatchObject({ logger: noopLogger, clock: systemClock, handed: 5 });
});

test('a constructor with parameters of its own says what it asks for', () => {
  const seen: unknown[][] = [];
  @RegisterDestination(options)
  class Made extends Marked {
    constructor(
      debug: boolean,
      resource: Resource,
      destination: Destination,
      @inject(METRICS) readonly own: Metrics,
    ) {
      super(debug, resource, destination, noopLogger, systemClock);
      seen.push([...arguments].slice(3)); // eslint-disable-line prefer-rest-params
    }
  }
  expect(make(Made)).toMatchObject({ own: noopMetrics });
  expect(seen).toEqual([[noopMetrics]]);
});

test('a parent is not changed by its subclasses', () => {
  class Made extends Listed {}
  registered(Made, { inject: [METRICS, METRICS, METRICS] });
  expect(make(Listed, 'listed')).toMatchObject({ http, logger: noopLogger });
  class Other extends Listed {}
  expect(make(registered(Other))).toMatchObject({ http, logger: noopLogger });
});

describe('the same as compiled by TypeScript', () => {
  const parent = `
    const { CLOCK, DestinationInterface, LOGGER, RegisterDestination, inject } = require('@dest/core');
    class Base extends DestinationInterface {
      async dispatchEvent(): Promise<void> {}
      async dispatchProfile(): Promise<void> {}
    }`;
  const marked = `
    class Parent extends Base {
      constructor(debug: boolean, resource: object, destination: object, @inject(LOGGER) readonly logger: object, @inject(CLOCK) readonly clock: object) {
        super(debug, resource, destination);
      }
    }`;
  const listed = `
    @RegisterDestination({ ...options, package: 'parent', inject: [LOGGER, CLOCK] })
    class Parent extends Base {
      readonly logger: object;
      readonly clock: object;
      constructor(debug: boolean, resource: object, destination: object, logger: object, clock: object) {
        super(debug, resource, destination);
        this.logger = logger;
        this.clock = clock;
      }
    }`;
  const made = `
    @RegisterDestination(options)
    class Made extends Parent { readonly own = 1; }
    return Made;`;
  const legacy = { experimentalDecorators: true, emitDecoratorMetadata: true };

  test.each<[string, string, CompilerOptions]>([
    ['with legacy decorators', marked, { ...legacy, target: ScriptTarget.ES2022 }],
    ['with legacy decorators and an older target', marked, { ...legacy, target: ScriptTarget.ES2017 }],
    ['with legacy decorators and no metadata', marked, { experimentalDecorators: true, target: ScriptTarget.ES2022 }],
    ['with standard decorators', listed, { target: ScriptTarget.ES2022 }],
    ['with standard decorators and an older target', listed, { target: ScriptTarget.ES2017 }],
  ])('%s', (_name, source, compilerOptions) => {
    const { outputText } = transpileModule(`${parent}${source}${made}`, {
      compilerOptions: { ...compilerOptions, module: ModuleKind.CommonJS },
    });
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what TypeScript just compiled
    const run = new Function('require', 'options', outputText) as (load: () => unknown, given: object) => object;
    expect(make(run(() => core, options))).toMatchObject({ logger: noopLogger, clock: systemClock, own: 1 });
  });
});
