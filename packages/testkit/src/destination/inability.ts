import { DestinationRegistry, type RegisteredType } from '@dest/core';
import type { Ability } from './ability';
import type { Subject } from './destination-case';
import { hasSecrets } from './schema-fields';

type Methods = Readonly<Record<string, unknown>>;

/** What only a server can answer, beside that something has arrived. */
const ANSWERS: readonly Ability[] = ['rateLimits', 'outages', 'refusedCredentials', 'refusedItems', 'postponedItems'];

const METHODS: Readonly<Partial<Record<Ability, string>>> = {
  batches: 'dispatchBatch',
  check: 'check',
  forget: 'forgetProfile',
};

/**
 * Why a destination is not able to do something: the reason that its kit gives, or what the class itself says by having
 * no such method, or no such field. Undefined where it is.
 */
export function inabilityOf(subject: Subject, ability: Ability): string | undefined {
  const { Class, kit } = subject;
  const declared = declaredInability(kit, ability);
  if (declared !== undefined) return declared;
  const prototype = (Class as { readonly prototype?: Methods }).prototype;
  const method = METHODS[ability];
  if (method !== undefined) return typeof prototype?.[method] === 'function' ? undefined : `it has no ${method}()`;
  const registered = registeredType(subject);
  switch (ability) {
    case 'orderedBatches':
      if (typeof prototype?.['dispatchBatch'] !== 'function') return 'it has no dispatchBatch()';
      return registered?.orderedBatches === false ? 'its registration has no orderedBatches' : undefined;
    case 'credentials':
      return kit.credentials === undefined ? 'its kit has no credentials' : undefined;
    case 'secrets':
      return registered === undefined || hasSecrets(registered) ? undefined : 'its schemas have no secret';
    case 'manifest':
      return kit.folder === undefined ? 'its kit names no folder' : undefined;
    default:
      return undefined;
  }
}

/** The first reason why a case is none for a destination. */
export function inabilityFor(subject: Subject, needs: readonly Ability[]): string | undefined {
  for (const ability of needs) {
    const reason = inabilityOf(subject, ability);
    if (reason !== undefined) return `${ability}: ${reason}`;
  }
  return undefined;
}

/** Without a server there are no answers, and without those none that say what is wrong. */
function declaredInability({ cannot }: Subject['kit'], ability: Ability): string | undefined {
  if (cannot === undefined) return undefined;
  if (ability === 'answers') return cannot.answers ?? cannot.network;
  return cannot[ability] ?? (ANSWERS.includes(ability) ? (cannot.answers ?? cannot.network) : undefined);
}

export type Kind = 'event' | 'profile';

/** What a destination takes. */
export function kindsOf(subject: Subject): readonly Kind[] {
  const kinds = { event: 'events', profile: 'profiles' } as const;
  return (['event', 'profile'] as const).filter((kind) => inabilityOf(subject, kinds[kind]) === undefined);
}

/** What a registry says of the class; undefined where it refuses it, which is what the cases will tell. */
function registeredType({ Class }: Subject): RegisteredType | undefined {
  try {
    return new DestinationRegistry({ from: process.cwd() }).register(Class);
  } catch {
    return undefined;
  }
}
