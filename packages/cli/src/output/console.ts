import type { Streams } from '../streams';
import { colorsFor, type Colors } from './colors';
import { Output } from './output';

/** Results go to stdout, everything else to stderr; each has colours of its own. */
export class Console {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly streams: Streams;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #secrets: ReadonlySet<string> = new Set();
  #colors: Colors;
  #noteColors: Colors;
  #aside: (write: () => void) => void = (write) => write();

  /** @param environment - for NO_COLOR, FORCE_COLOR and TERM */
  constructor(streams: Streams, environment: Readonly<Record<string, string | undefined>>) {
    this.streams = streams;
    this.#environment = environment;
    this.stdout = new Output(streams.stdout);
    this.stderr = new Output(streams.stderr);
    this.#colors = this.#colorsOf(streams.stdout, true);
    this.#noteColors = this.#colorsOf(streams.stderr, true);
  }

  /** For results. */
  get colors(): Colors {
    return this.#colors;
  }

  /** For notes. */
  get noteColors(): Colors {
    return this.#noteColors;
  }

  /** Does without colours, as `--no-color` asks. */
  disableColors(): void {
    this.#colors = this.#colorsOf(this.streams.stdout, false);
    this.#noteColors = this.#colorsOf(this.streams.stderr, false);
  }

  /** Replaces these texts wherever they come up from now on. */
  hideSecrets(secrets: ReadonlySet<string>): void {
    this.#secrets = secrets;
  }

  /** Writes lines of a result. */
  print(text: string): Promise<void> {
    return this.stdout.write(`${this.#hide(text)}\n`);
  }

  /** Writes a result as JSON. */
  printJson(value: unknown): Promise<void> {
    return this.print(JSON.stringify(value, null, 2));
  }

  /** Writes something about the run: never a result. */
  note(text: string): void {
    this.#aside(() => void this.stderr.write(`${this.#hide(text)}\n`));
  }

  /** Has notes written by way of `aside`, so that they don't run into a progress bar; absent: at once. */
  writeNotesVia(aside: (write: () => void) => void = (write) => write()): void {
    this.#aside = aside;
  }

  #hide(text: string): string {
    let shown = text;
    for (const secret of this.#secrets) shown = shown.replaceAll(secret, '•••');
    return shown;
  }

  #colorsOf(stream: { readonly isTTY?: boolean }, wanted: boolean): Colors {
    return colorsFor({ isTTY: stream.isTTY === true, wanted, environment: this.#environment });
  }
}
