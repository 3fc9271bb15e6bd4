import type { Reference } from './reference';
import { isWorkflowScope } from './scope-names';

/** Whether a reference leads to nothing whatever the scope has: into a workflow, or to a member named `__proto__`. */
export function isAlwaysMissing({ scope, path, named }: Reference): boolean {
  return (named !== true && isWorkflowScope(scope)) || scope === '__proto__' || path.includes('__proto__');
}
