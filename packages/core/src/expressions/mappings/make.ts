import type { Scope } from '../scope';
import type { MappingRun } from './compiled-mapping';

/** Makes one part of the payload; undefined where it is missing. */
export type Make = (scope: Scope, run: MappingRun) => unknown;
