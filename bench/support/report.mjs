// Prints a table, and keeps the figures as JSON lines { name, ours, peer, ratio, unit }; a ratio above 1: ours is better.
import { mkdirSync, writeFileSync } from 'node:fs';

const format = (number) => (number >= 100 ? number.toFixed(0) : number >= 1 ? number.toFixed(2) : number.toFixed(4));

export class Report {
  #rows = [];
  #file;

  constructor(file) {
    this.#file = file;
  }

  add({ name, ours, peer, unit, least }) {
    const ratio = peer / ours;
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

  note(text) {
    console.log(text);
  }

  head(title) {
    console.log(`\n${title}`);
    console.log(`${'name'.padEnd(26)} ${'ours'.padStart(11)} ${'peer'.padStart(11)} ${'ratio'.padStart(10)}`);
  }

  write() {
    mkdirSync(new URL('.', this.#file), { recursive: true });
    const lines = this.#rows.map(({ name, ours, peer, ratio, unit }) =>
      JSON.stringify({ name, ours, peer, ratio, unit }),
    );
    writeFileSync(this.#file, `${lines.join('\n')}\n`);
  }
}
