import type { Diagnostic } from './diagnostic';

/** Adds a diagnostic once: the same kind at the same place says nothing more the second time. */
export function addDiagnostic(diagnostics: Diagnostic[], diagnostic: Diagnostic): void {
  const { code, position, pointer } = diagnostic;
  const known = diagnostics.some(
    (other) => other.code === code && other.position === position && other.pointer === pointer,
  );
  if (!known) diagnostics.push(diagnostic);
}
