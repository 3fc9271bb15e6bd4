import 'reflect-metadata';
import { REGISTRATION, type Registration } from './registration';

/** What tsyringe goes by. */
const TYPES = 'design:paramtypes';
const MARKED = 'injectionTokens';

/** What a class's constructor asks for. */
export interface ConstructorParameters {
  /** The types that TypeScript wrote down, by position. */
  readonly types: readonly unknown[];
  /** What is injected, by position; beats the type. */
  readonly tokens: Readonly<Record<number, unknown>>;
}

/** How many arguments every destination has before those that `inject` lists. */
const FIRST_LISTED = 3;

/**
 * What a class's constructor asks for: by `@inject` on a parameter, else by the registration's `inject`. A class without
 * a constructor of its own has its parent's, so it starts from what that one asks for.
 *
 * @param listed - `inject` of a registration that the class does not hold yet
 */
export function constructorParameters(target: object, listed = listedBy(target)): ConstructorParameters {
  const types = (Reflect.getOwnMetadata(TYPES, target) ?? []) as readonly unknown[];
  const marked = (Reflect.getOwnMetadata(MARKED, target) ?? {}) as Readonly<Record<number, unknown>>;
  const own = { ...Object.fromEntries(listed.map((token, index) => [FIRST_LISTED + index, token])), ...marked };
  const parent: unknown = Object.getPrototypeOf(target);
  if (typeof parent !== 'function' || hasOwnParameters(target, types)) return { types, tokens: own };
  const inherited = constructorParameters(parent);
  return { types: inherited.types, tokens: { ...inherited.tokens, ...own } };
}

/** Writes down what tsyringe shall inject. As own copies: it changes the arrays that it finds, inherited ones too. */
export function defineConstructorParameters(target: object, { types, tokens }: ConstructorParameters): void {
  Reflect.defineMetadata(TYPES, [...types], target);
  Reflect.defineMetadata(MARKED, { ...tokens }, target);
}

/**
 * Whether the constructor names parameters. One that a class doesn't write has none, whatever compiled it: neither
 * `length` counts any, nor did TypeScript write down more than one. What is left is `constructor(...everything)`, also
 * that of compiled fields and of mixins, which hands on what the parent asks for, and `constructor()`, which ignores it.
 */
function hasOwnParameters(target: object, types: readonly unknown[]): boolean {
  return (target as { readonly length: number }).length > 0 || types.length > 1;
}

/** Read from the registration too: a copy of core with metadata of its own may have decorated the class. */
function listedBy(target: object): readonly unknown[] {
  if (!Object.hasOwn(target, REGISTRATION)) return [];
  const listed: unknown = (target as { [REGISTRATION]?: Partial<Registration> })[REGISTRATION]?.options?.inject;
  return Array.isArray(listed) ? listed : [];
}
