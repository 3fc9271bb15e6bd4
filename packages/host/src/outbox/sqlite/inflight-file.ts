import { randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';
import type { StoredDelivery } from '@dest/core';

/** From this size on, in bytes, it is written anew with only what is still in flight. */
const MAX_BYTES = 1_048_576;

/** A lane as the outbox numbers it. */
export interface NumberedLane {
  readonly number: number;
  readonly identity: StoredDelivery['lane'];
}

/** Notes what is about to be delivered, so that it is known after a crash of the process. `crash-notes.ts` reads it. */
export class InflightFile {
  readonly #path: string;
  #file: number;
  #bytes = 0;
  #maxBytes = MAX_BYTES;
  /** Lines of what is in flight, by the delivery's id. */
  readonly #inFlight = new Map<
    string,
    { readonly place: string; readonly tries: number; readonly lane: NumberedLane }
  >();
  readonly #named = new Set<number>();

  /** @param path - a file that is made where it is missing, and emptied */
  constructor(path: string) {
    this.#path = path;
    this.#file = this.#create(path);
  }

  started(deliveries: readonly StoredDelivery[], laneOf: (delivery: StoredDelivery) => NumberedLane): void {
    let text = '';
    for (const delivery of deliveries) {
      const { id, sequence, tries, replay } = delivery;
      const lane = laneOf(delivery);
      const place = `${lane.number}/${replay ? 1 : 0}/${sequence}`;
      this.#inFlight.set(id, { place, tries, lane });
      text += `${this.#nameOf(lane)}+${place}/${tries}\n`;
    }
    this.#write(text);
    if (this.#bytes > this.#maxBytes) this.#compact();
  }

  /** @param tries - of the delivery as it waits on; undefined where it is gone */
  ended(id: string, tries: number | undefined): void {
    const noted = this.#inFlight.get(id);
    if (noted === undefined) return;
    this.#inFlight.delete(id);
    // Else its tries tell that it is no longer in flight.
    if (tries === noted.tries) this.#write(`-${noted.place}/${tries}\n`);
  }

  /** Says that nothing is in flight and the process ends properly. */
  close(): void {
    ftruncateSync(this.#file);
    closeSync(this.#file);
  }

  #nameOf({ number, identity }: NumberedLane): string {
    if (this.#named.has(number)) return '';
    this.#named.add(number);
    const { destination, package: name, debug, generation } = identity;
    return `lane ${number} ${JSON.stringify([destination, name, debug, generation])}\n`;
  }

  #create(path: string): number {
    const file = openSync(path, 'w', 0o600);
    this.#bytes = writeSync(file, `inflight ${randomUUID()}\n`);
    this.#named.clear();
    return file;
  }

  /** In one write: a process that is killed has noted all of it or nothing. */
  #write(text: string): void {
    this.#bytes += writeSync(this.#file, text);
  }

  #compact(): void {
    const old = this.#file;
    const fresh = `${this.#path}.new`;
    this.#file = this.#create(fresh);
    let text = '';
    for (const { place, tries, lane } of this.#inFlight.values()) text += `${this.#nameOf(lane)}+${place}/${tries}\n`;
    this.#write(text);
    renameSync(fresh, this.#path);
    closeSync(old);
    this.#maxBytes = Math.max(MAX_BYTES, this.#bytes * 2);
  }
}
