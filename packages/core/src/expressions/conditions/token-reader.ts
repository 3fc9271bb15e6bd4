import type { CompileWarning } from '../compile-warning';
import { SCOPE_NAMES } from '../references/scope-names';
import { textPlace } from '../text-place';
import { ConditionError } from './condition-error';
import { CONDITION_LIMITS } from './limits';
import { tokenize } from './tokenize';
import type { Token } from './token';
import type { Span } from './tree';

/** The tokens of a condition, read one after the other, and what the parser must remember on the way. */
export class TokenReader {
  readonly text: string;
  readonly #tokens: readonly Token[];
  readonly #named: readonly string[];
  readonly #scopes: string[];
  readonly #pointer: string;
  readonly #warnings: CompileWarning[] = [];
  #index = 0;
  #depth = 0;

  /**
   * @param named - the names of scopes beside the usual ones
   * @param pointer - the place of the condition in a mapping, for warnings
   */
  constructor(text: string, named: readonly string[], pointer: string) {
    this.text = text;
    this.#pointer = pointer;
    this.#tokens = tokenize(text);
    this.#named = named;
    this.#scopes = [...SCOPE_NAMES, ...named];
  }

  get warnings(): readonly CompileWarning[] {
    return this.#warnings;
  }

  /** The names that may stand before an `@` here. */
  get scopes(): readonly string[] {
    return this.#scopes;
  }

  /** Whether whoever compiles the condition gave a scope its name. */
  isNamed(scope: string): boolean {
    return this.#named.includes(scope);
  }

  /** The token that is next; at the end it stays there. */
  get next(): Token {
    return this.#tokens[this.#index] as Token;
  }

  get atEnd(): boolean {
    return this.next.kind === 'end';
  }

  get afterNext(): Token {
    return this.#tokens[Math.min(this.#index + 1, this.#tokens.length - 1)] as Token;
  }

  /** Where the token before the next one ends. */
  get lastEnd(): number {
    return this.#tokens[this.#index - 1]?.end ?? 0;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#index++;
    return token;
  }

  isKeyword(keyword: string): boolean {
    return this.next.kind === 'word' && this.next.keyword === keyword;
  }

  isSymbol(symbol: string): boolean {
    return this.next.kind === 'symbol' && this.next.text === symbol;
  }

  takeKeyword(keyword: string): boolean {
    const found = this.isKeyword(keyword);
    if (found) this.#index++;
    return found;
  }

  takeSymbol(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    if (found) this.#index++;
    return found;
  }

  expectKeyword(keyword: string, where: string): void {
    if (!this.takeKeyword(keyword)) throw this.unexpected(`${where} \`${keyword}\` is expected`);
  }

  expectSymbol(symbol: string, where: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected(`${where} \`${symbol}\` is expected`);
  }

  /** Reads something one level deeper. `opening` is where it begins. */
  nested<Result>(opening: Span, read: () => Result): Result {
    if (++this.#depth > CONDITION_LIMITS.depth) {
      const message = `The condition is nested more than ${CONDITION_LIMITS.depth} levels deep; take it apart.`;
      throw this.fail('CONDITION_TOO_DEEP', message, opening);
    }
    const result = read();
    this.#depth--;
    return result;
  }

  /** Reads something in which one more scope is known. */
  withScope<Result>(name: string, read: () => Result): Result {
    this.#scopes.push(name);
    const result = read();
    this.#scopes.pop();
    return result;
  }

  /** The text of a token as it was written. */
  textOf(span: Span): string {
    return this.text.slice(span.start, span.end);
  }

  warn(code: string, message: string, at: number): void {
    const { line, column } = textPlace(this.text, at);
    this.#warnings.push({ code, message, pointer: this.#pointer, line, column });
  }

  unexpected(expectation: string): ConditionError {
    const { next } = this;
    const found = next.kind === 'end' ? 'the condition ends here' : `\`${this.textOf(next)}\` was found`;
    return this.fail('CONDITION_SYNTAX', `${expectation}; ${found}.`);
  }

  fail(code: string, message: string, at: Span = this.next): ConditionError {
    return new ConditionError(message, { code, text: this.text, position: at.start });
  }
}
