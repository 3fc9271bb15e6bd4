export { CreateError } from './create-error';
export { createDestination } from './create-destination';
export type { CreatedDestination } from './create-destination';
export { LANGUAGES, LICENSES } from './choices';
export type { Language, License } from './choices';
export type { DestinationPlan } from './destination-plan';
export { run } from './run';
export type { RunOptions } from './run';
