import 'reflect-metadata';
import { container, injectable } from 'tsyringe';
import type { DestinationInterface } from '../contract/destination-interface';
import type { Destination } from '../model/destination';
import type { Resource } from '../model/resource';
import { DEBUG, DESTINATION, RESOURCE } from '../injection/tokens';
import { constructorParameters, defineConstructorParameters } from './constructor-parameters';
import { REGISTRATION, type Bindings, type Registration, type RegistrationOptions } from './registration';

/** Any class whose instances have the two dispatch methods; structural, since the class may extend another copy of core. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a constructor's arguments are the author's
export type DestinationClass<Instance = DispatchMethods> = abstract new (...constructorArguments: any[]) => Instance;

/** What every destination instance has. */
export type DispatchMethods = Pick<DestinationInterface, 'dispatchEvent' | 'dispatchProfile'>;

/** A class that may be handed these credentials and this init. */
type ConstructibleFrom<Credentials, Init> = abstract new (
  debug: boolean,
  resource: Resource<Credentials>,
  destination: Destination<Init>,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what `inject` lists is the author's
  ...injected: any[]
) => DispatchMethods;

type Decorator<Credentials, Init> = <Class extends ConstructibleFrom<Credentials, Init>>(
  target: Class,
  context?: unknown,
) => void;

/**
 * Registers a class as a destination. Works as a TypeScript decorator, as a standard decorator, and as a call on a plain
 * class: `RegisterDestination({ … })(MyDestination)`.
 *
 * The constructor receives debug, resource and destination, then what `inject` lists; a parameter with its own
 * `@inject(TOKEN)` keeps it. A class without a constructor of its own receives what its parent's asks for; its `inject`
 * replaces that from the fourth argument on.
 */
export function RegisterDestination<Credentials, Init>(
  options: RegistrationOptions<Credentials, Init>,
): Decorator<Credentials, Init> {
  return (target) => {
    makeInjectable(target, (options as Partial<typeof options> | undefined)?.inject);
    const registration: Registration = {
      options: options as RegistrationOptions,
      construct: (bindings) => construct(target, bindings),
    };
    Object.defineProperty(target, REGISTRATION, { value: registration, configurable: true });
  };
}

function makeInjectable(target: DestinationClass, listed: unknown): void {
  // What is no list is refused when the registration is read, with the plugin's name.
  const { types, tokens } = constructorParameters(target, Array.isArray(listed) ? listed : []);
  defineConstructorParameters(target, { types, tokens: { 0: DEBUG, 1: RESOURCE, 2: DESTINATION, ...tokens } });
  injectable()(target as never);
}

function construct(target: DestinationClass, bindings: Bindings): unknown {
  const scope = container.createChildContainer();
  for (const [token, value] of bindings) scope.register(token, { useValue: value });
  return scope.resolve(target as never);
}
