/** What went wrong, for whoever runs the tool: a stable code, a sentence with the remedy, and the exit code. */
export class ToolFailure extends Error {
  /**
   * @param {string} code stable, in UPPER_SNAKE_CASE
   * @param {string} message what was found, what was expected, what to do
   * @param {{ exitCode?: number, cause?: unknown }} [options] exit code: 1 failed at run time, 2 wrong arguments,
   *   3 the environment lacks something
   */
  constructor(code, message, { exitCode = 1, cause } = {}) {
    super(message, { cause });
    this.name = 'ToolFailure';
    this.code = code;
    this.exitCode = exitCode;
  }
}
