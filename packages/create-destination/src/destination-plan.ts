import type { Language, License } from './choices';

/** What the package is to be. */
export interface DestinationPlan {
  /** The package's name, by npm's rules: `dest-plugin-crm`, `@acme/crm`. */
  readonly name: string;
  /** Where it is written to: made where it is not there. */
  readonly folder: string;
  readonly language: Language;
  /** What people call it. */
  readonly title: string;
  /** One sentence. */
  readonly description: string;
  readonly license: License;
  /** Who holds the copyright. Default: the authors of the package. */
  readonly author?: string;
}
