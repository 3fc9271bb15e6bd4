// Prints a table, and keeps the figures as JSON lines { name, ours, peer, ratio, unit }; a ratio above 1: ours is better.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const format = (number) => (number >= 100 ? number.toFixed(0) : number >= 1 ? number.toFixed(2) : number.toFixed(4));

export class Report {
  #rows = [];
  #file;

  constructor(file) {
    this.#file = file;
  }

  /**
   * @param ours - a cost, such as time; with `more` what is the better the more it is, such as a rate
   * @param least - the ratio that is asked for
   */
  add({ name, ours, peer, unit, least, more = false }) {
    const ratio = more ? ours / peer : peer / ours;
    this.#rows.push({ name, ours, peer, ratio, unit, least });
    const verdict = least === undefined ? '' : ratio >= least ? `at least ${least}: met` : `at least ${least}: MISSED`;
    const cells = [
      name.padEnd(26),
      format(ours).padStart(11),
      format(peer).padStart(11),
      `${format(ratio)}×`.padStart(10),
    ];
    console.log(`${cells.join(' ')}  ${unit.padEnd(18)} ${verdict}`);
  }

  /** Names of rows whose ratio is below what is asked for. */
  get missed() {
    return this.#rows.filter(({ ratio, least }) => least !== undefined && !(ratio >= least)).map(({ name }) => name);
  }

  note(text) {
    console.log(text);
  }

  head(title) {
    console.log(`\n${title}`);
    console.log(`${'name'.padEnd(26)} ${'ours'.padStart(11)} ${'peer'.padStart(11)} ${'ratio'.padStart(10)}`);
  }

  /** @param keepOthers - keeps what the file has of other names, from earlier runs */
  write({ keepOthers = false } = {}) {
    mkdirSync(new URL('.', this.#file), { recursive: true });
    const lines = this.#rows.map(({ name, ours, peer, ratio, unit }) =>
      JSON.stringify({ name, ours, peer, ratio, unit }),
    );
    const kept = keepOthers ? this.#earlier() : [];
    writeFileSync(this.#file, `${[...kept, ...lines].join('\n')}\n`);
  }

  #earlier() {
    if (!existsSync(this.#file)) return [];
    const names = new Set(this.#rows.map(({ name }) => name));
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    return lines.filter((line) => line !== '' && !names.has(JSON.parse(line).name));
  }
}
