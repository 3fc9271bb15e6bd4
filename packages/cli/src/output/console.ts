import { redactValue } from '@dest/host';
import type { Streams } from '../streams';
import { colorsFor, type Colors } from './colors';
import { Output } from './output';
import { printableInColors } from './printable';
import type { WritePatience } from './write-patience';

/** Results go to stdout, everything else to stderr; each has colours of its own. */
export class Console {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly streams: Streams;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #redact: (text: string) => string = (text) => text;
  #colors: Colors;
  #noteColors: Colors;
  #aside: (write: () => void) => void = (write) => write();
  #problemsAside = false;
  #noteJson: ((text: string) => object) | undefined;

  /**
   * @param environment - for NO_COLOR, FORCE_COLOR and TERM
   * @param patience - how long a write is waited for. Default: for ever
   */
  constructor(streams: Streams, environment: Readonly<Record<string, string | undefined>>, patience?: WritePatience) {
    this.streams = streams;
    this.#environment = environment;
    this.stdout = new Output(streams.stdout, patience);
    this.stderr = new Output(streams.stderr, patience);
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

  /** Takes secrets out of whatever is written from now on. */
  redactWith(redact: (text: string) => string): void {
    this.#redact = redact;
  }

  /** Writes lines of a result. */
  print(text: string): Promise<void> {
    return this.stdout.write(`${this.#shown(text)}\n`);
  }

  /**
   * Writes a result as JSON. Secrets are taken out of its texts, not out of the JSON: what is left is JSON whatever they are.
   *
   * @param space - 0 for a line
   */
  printJson(value: unknown, space = 2): Promise<void> {
    return this.stdout.write(`${JSON.stringify(redactValue(value, this.#redact), null, space)}\n`);
  }

  /** Writes as JSON what makes a command impossible: as its result, unless stdout is for something else. */
  async printProblem(problem: object): Promise<void> {
    if (this.#problemsAside) this.noteJson(problem);
    else await this.printJson(problem);
  }

  /** Keeps problems off stdout, which has lines of another kind. */
  keepProblemsAside(): void {
    this.#problemsAside = true;
  }

  /** Writes a result that has a list at its end as JSON, one element at a time: so it may be of any length. */
  async printJsonList(before: object, name: string, elements: AsyncIterable<unknown>): Promise<void> {
    const members = Object.entries(before).map(([key, value]) => `  ${JSON.stringify(key)}: ${this.#json(value)},\n`);
    await this.stdout.write(`{\n${members.join('')}  ${JSON.stringify(name)}: [`);
    let separator = '\n    ';
    for await (const element of elements) {
      await this.stdout.write(`${separator}${this.#json(element)}`);
      separator = ',\n    ';
    }
    await this.stdout.write('\n  ]\n}\n');
  }

  /** Writes something about the run: never a result. */
  note(text: string): void {
    if (this.#noteJson === undefined) this.#aside(() => void this.stderr.write(`${this.#shown(text)}\n`));
    else this.noteJson(this.#noteJson(text));
  }

  /** Writes something about the run as a line of JSON. */
  noteJson(value: object): void {
    this.#aside(() => void this.stderr.write(`${this.#json(value)}\n`));
  }

  /** Has every note written as a line of JSON. */
  writeNotesAsJson(toJson: (text: string) => object): void {
    this.#noteJson = toJson;
  }

  /** Has notes written by way of `aside`, so that they don't run into a progress bar; absent: at once. */
  writeNotesVia(aside: (write: () => void) => void = (write) => write()): void {
    this.#aside = aside;
  }

  /** Texts from elsewhere come this way too: from packages, from the other side. */
  #shown(text: string): string {
    return printableInColors(this.#redact(text));
  }

  #json(value: unknown): string {
    return JSON.stringify(redactValue(value, this.#redact));
  }

  #colorsOf(stream: { readonly isTTY?: boolean }, wanted: boolean): Colors {
    return colorsFor({ isTTY: stream.isTTY === true, wanted, environment: this.#environment });
  }
}
