import { randomUUID } from 'node:crypto';
import { closeSync, constants, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';
import { messageOf, type Logger, type StoredDelivery } from '@dest/core';
import { ENDED } from './crash-notes';

/** From this size on, in bytes, it is written anew with only what is still in flight. */
const MAX_BYTES = 1_048_576;

/** Also where somebody else cuts it, it is written at its end. */
const EMPTIED_TO_APPEND = constants.O_CREAT | constants.O_WRONLY | constants.O_TRUNC | constants.O_APPEND;

/** A lane as the outbox numbers it. */
export interface NumberedLane {
  readonly number: number;
  readonly identity: StoredDelivery['lane'];
}

interface Noted {
  readonly place: string;
  readonly tries: number;
  readonly lane: NumberedLane;
}

/**
 * Notes what is about to be delivered, so that it is known after a crash of the process. `crash-notes.ts` reads it. Where it
 * can't be written, deliveries go on without.
 */
export class InflightFile {
  readonly #path: string;
  readonly #logger: Logger;
  #file: number | undefined;
  #bytes = 0;
  #maxBytes = MAX_BYTES;
  /** By the delivery's id. */
  readonly #inFlight = new Map<string, Noted>();
  /** Lanes that the file has a name for. */
  readonly #named = new Set<number>();

  /** @param path - a file that is made where it is missing, and emptied */
  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
    this.#guarded(() => (this.#file = this.#create(path)));
  }

  started(deliveries: readonly StoredDelivery[], laneOf: (delivery: StoredDelivery) => NumberedLane): void {
    if (this.#file === undefined) return;
    let text = '';
    for (const delivery of deliveries) {
      const { id, sequence, tries, replay } = delivery;
      const lane = laneOf(delivery);
      const place = `${lane.number}/${replay ? 1 : 0}/${sequence}`;
      this.#inFlight.set(id, { place, tries, lane });
      text += `${this.#nameOf(lane)}+${place}/${tries}\n`;
    }
    this.#guarded(() => {
      this.#write(text);
      if (this.#bytes > this.#maxBytes) this.#compact();
    });
  }

  /** @param tries - of the delivery as it waits on; undefined where it is gone */
  ended(id: string, tries: number | undefined): void {
    const noted = this.#inFlight.get(id);
    if (noted === undefined) return;
    this.#inFlight.delete(id);
    // Else its tries tell that it is no longer in flight.
    if (tries === noted.tries) this.#guarded(() => this.#write(`-${noted.place}/${tries}\n`));
  }

  /** Says that the process is about to end on purpose: what is in flight by then was tried, and crashed nothing. */
  ending(): void {
    this.#guarded(() => this.#write(`${ENDED}\n`));
  }

  /** Says that the process ends properly. */
  close(): void {
    if (this.#inFlight.size > 0) this.ending();
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    if (this.#inFlight.size === 0) ftruncateSync(file);
    closeSync(file);
  }

  #nameOf({ number, identity }: NumberedLane): string {
    if (this.#named.has(number)) return '';
    this.#named.add(number);
    const { destination, package: name, debug, generation } = identity;
    return `lane ${number} ${JSON.stringify([destination, name, debug, generation])}\n`;
  }

  #create(path: string): number {
    const file = openSync(path, EMPTIED_TO_APPEND, 0o600);
    this.#bytes = writeSync(file, `inflight ${randomUUID()}\n`);
    this.#named.clear();
    return file;
  }

  /** In one write: a process that is killed has noted all of it or nothing. */
  #write(text: string): void {
    if (this.#file !== undefined) this.#bytes += writeSync(this.#file, text);
  }

  #compact(): void {
    const old = this.#file as number;
    const fresh = `${this.#path}.new`;
    this.#file = this.#create(fresh);
    let text = '';
    for (const { place, tries, lane } of this.#inFlight.values()) text += `${this.#nameOf(lane)}+${place}/${tries}\n`;
    this.#write(text);
    renameSync(fresh, this.#path);
    closeSync(old);
    this.#maxBytes = Math.max(MAX_BYTES, this.#bytes * 2);
  }

  /** The disk may be full: then nothing more is noted. */
  #guarded(body: () => void): void {
    try {
      body();
    } catch (error) {
      if (this.#file !== undefined) closeSync(this.#file);
      this.#file = undefined;
      const fields = { path: this.#path, reason: messageOf(error) };
      this.#logger.warn('What is in flight is not noted until the next start: a crash is counted for nothing', fields);
    }
  }
}
