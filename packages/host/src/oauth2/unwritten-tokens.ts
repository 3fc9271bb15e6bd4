import type { KeptTokens } from './kept-tokens';
import { TokenFile } from './token-file';

/**
 * Tokens that could not be written, by the name of their file: newer than what it has. They belong to the process and not to
 * a configuration, since the refresh token among them may be the only one that is still good.
 */
export class UnwrittenTokens {
  readonly #tokens = new Map<string, KeptTokens>();
  readonly #turns = new Map<string, Promise<unknown>>();

  get(name: string): KeptTokens | undefined {
    return this.#tokens.get(name);
  }

  add(name: string, tokens: KeptTokens): void {
    this.#tokens.set(name, tokens);
  }

  delete(name: string): void {
    this.#tokens.delete(name);
  }

  /** Writes what can be written by now. Never rejects: whoever could not write it first has said why. */
  async writeTo(folder: string): Promise<void> {
    const written = Array.from(this.#tokens.keys(), async (name) =>
      this.inTurn(name, async () => {
        const tokens = this.#tokens.get(name);
        if (tokens === undefined) return;
        const file = new TokenFile(folder, name);
        const release = await file.lock();
        await file.write(tokens).finally(release);
        this.#tokens.delete(name);
      }),
    );
    await Promise.allSettled(written);
  }

  /** One after the other: where no file can be written, no lock can be either, and a refresh token is good once. */
  async inTurn<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(run);
    this.#turns.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
