import type { CompiledCondition } from '../conditions/compiled-condition';
import type { Reference } from '../references/reference';
import type { Make } from './make';
import type { Member } from './member';

/** What a `Make` does, for the few kinds that are worth writing as code of their own. */
export type Plan =
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'constant'; readonly value: unknown }
  /** A text between and around references: one text before each, and `tail`. */
  | {
      readonly kind: 'template';
      readonly heads: readonly string[];
      readonly references: readonly Reference[];
      readonly tail: string;
    }
  | { readonly kind: 'list'; readonly makes: readonly Make[] }
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'if'; readonly condition: CompiledCondition; readonly then: Make; readonly otherwise: Make }
  | {
      readonly kind: 'each';
      readonly list: Make;
      readonly name: string;
      readonly condition: CompiledCondition | undefined;
      readonly map: Make | undefined;
    };

const plans = new WeakMap<Make, Plan>();

/** Keeps what a `Make` does. Gives it back. */
export function planned(make: Make, plan: Plan): Make {
  plans.set(make, plan);
  return make;
}

/** What a `Make` does; undefined where only calling it tells. */
export function planOf(make: Make): Plan | undefined {
  return plans.get(make);
}
