import { addDiagnostic } from '../add-diagnostic';
import type { EvaluationOptions } from '../diagnostic';
import type { Span } from './tree';

/** What the parts of one condition share when they are compiled. */
export class CompileContext {
  readonly text: string;
  /** The place of the condition in a mapping; undefined where it stands alone. */
  readonly pointer: string | undefined;

  constructor(text: string, pointer: string | undefined) {
    this.text = text;
    this.pointer = pointer;
  }

  textOf(span: Span): string {
    return this.text.slice(span.start, span.end);
  }

  /** Adds a diagnostic where somebody wants to see it. The message is made only then. */
  report(options: EvaluationOptions, code: string, at: Span, message: () => string): void {
    if (options.diagnostics === undefined) return;
    const place = this.pointer === undefined ? {} : { pointer: this.pointer };
    addDiagnostic(options.diagnostics, { code, message: message(), position: at.start, ...place });
  }
}
