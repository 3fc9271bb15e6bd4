import type { Hangup } from '../hangup';

/** Takes note of a SIGHUP that comes before there is a host to read its configuration again: it must not end the process. */
export class EarlyHangup {
  readonly #takeBack: () => void;
  #came = false;

  constructor(hangup: Hangup) {
    this.#takeBack = hangup.onHangup(() => (this.#came = true));
  }

  /** Takes no note any more. Returns whether one came. */
  end(): boolean {
    this.#takeBack();
    return this.#came;
  }
}
