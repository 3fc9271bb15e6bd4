/** What keeps a package from being made. The message says what was found, what was expected and what to do. */
export class CreateError extends Error {
  override readonly name = 'CreateError';
  readonly code: string;

  constructor(message: string, options: { readonly code: string; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}
