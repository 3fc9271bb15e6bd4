/** What a destination may be unable to do, and what its kit says there. */
export const ABILITIES = {
  events: 'takes events',
  profiles: 'takes profiles',
  network: 'talks to a server',
  answers: 'is told that an item has arrived',
  batches: 'takes batches',
  orderedBatches: 'keeps the order of batches',
  check: 'has a check',
  forget: 'forgets persons',
  credentials: 'needs credentials',
  secrets: 'has secrets',
  idempotencyKeys: 'hands the idempotency key on',
  rateLimits: 'is told to come later',
  outages: 'is told that nobody can be served',
  refusedCredentials: 'is told that its credentials are wrong',
  refusedItems: 'is told that one item is bad',
  postponedItems: 'is told that one item has to wait',
  manifest: 'is a package',
} as const;

/** Something that not every destination can do. */
export type Ability = keyof typeof ABILITIES;

/** Whether it is the name of something that a kit may declare. */
export function isAbility(name: string): name is Ability {
  return Object.hasOwn(ABILITIES, name);
}
