import type { MappingRun } from '../mappings/compiled-mapping';
import type { Make } from '../mappings/make';
import { textOf } from '../mappings/text-of';
import { innerScope } from '../references/inner-scope';
import { makeFunction } from './make-function';
import { MappingWriter } from './mapping-writer';

/**
 * Makes the same out of code of its own, several times faster where it runs often; what is missing at the top is null.
 * Undefined where code may not be made out of strings.
 *
 * @param failed - gives the payload where reading the scope throws
 */
export function generateMake(make: Make, failed: (run: MappingRun) => unknown): Make | undefined {
  const { source, constants } = new MappingWriter().write(make);
  const body = `try {\n${source}\n} catch {\nreturn failed(run);\n}`;
  return makeFunction('scope, run', body, constants, { failed, innerScope, textOf }) as Make | undefined;
}
