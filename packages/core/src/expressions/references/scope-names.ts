/** The scopes that every expression knows. */
export const SCOPE_NAMES: readonly string[] = ['profile', 'event', 'session', 'payload', 'memory', 'flow'];

const WORKFLOW_SCOPES: readonly string[] = ['payload', 'memory', 'flow'];

/** Scopes of a workflow: they compile, and are always missing for destinations where nobody names them himself. */
export function isWorkflowScope(name: string): boolean {
  return WORKFLOW_SCOPES.includes(name);
}

/** Whether something may be given this name as its scope, such as `item`. */
export function isNamedScope(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !SCOPE_NAMES.includes(name) && !(name in Object.prototype);
}
