import 'reflect-metadata';
import { container, injectable } from 'tsyringe';
import type { Resource } from '../model/resource';
import { DEBUG, RESOURCE } from '../injection/tokens';
import { constructorParameters, defineConstructorParameters } from './constructor-parameters';
import { SETTINGS, type PluginKind } from './plugin-kind';
import { REGISTRATION, type Bindings, type Registration, type RegistrationOptions } from './registration';

/** A class that may be handed these credentials and these settings, and whose instances are as this. */
export type ConstructibleFrom<Credentials, Settings, Instance> = abstract new (
  debug: boolean,
  resource: Resource<Credentials>,
  settings: Settings,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what `inject` lists is the author's
  ...injected: any[]
) => Instance;

/** What puts a registration on a class: a TypeScript decorator, a standard one, or a call. */
export type RegisteringDecorator<Credentials, Settings, Instance> = <
  Class extends ConstructibleFrom<Credentials, Settings, Instance>,
>(
  target: Class,
  context?: unknown,
) => void;

type AnyClass = abstract new (...constructorArguments: never[]) => unknown;

/** Puts a registration on a class, and has it constructed from what is injected. */
export function registerAs(kind: PluginKind, options: unknown, target: AnyClass): void {
  makeInjectable(kind, target, (options as { readonly inject?: unknown } | undefined)?.inject);
  const registration: Registration = {
    kind,
    options: options as RegistrationOptions,
    construct: (bindings) => construct(target, bindings),
  };
  Object.defineProperty(target, REGISTRATION, { value: registration, configurable: true });
}

function makeInjectable(kind: PluginKind, target: AnyClass, listed: unknown): void {
  // What is no list is refused when the registration is read, with the plugin's name.
  const { types, tokens } = constructorParameters(target, Array.isArray(listed) ? listed : []);
  defineConstructorParameters(target, { types, tokens: { 0: DEBUG, 1: RESOURCE, 2: SETTINGS[kind], ...tokens } });
  injectable()(target as never);
}

function construct(target: AnyClass, bindings: Bindings): unknown {
  const scope = container.createChildContainer();
  for (const [token, value] of bindings) scope.register(token, { useValue: value });
  return scope.resolve(target as never);
}
