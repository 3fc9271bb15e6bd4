import { DestinationInterface, PermanentError, RegisterDestination, TransientError, defineSchema } from '@dest/core';
import { existsSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Destinations that note in a file what arrives. How they behave is in `init`:
 *   file            where deliveries are noted, one line each; absent: nowhere
 *   delayMs         how long a call takes, after what it delivers is noted
 *   gate            a file that calls wait for
 *   attempts        a file in which tries are noted, whatever becomes of them
 *   busyUntil       everything fails, to be tried again, until this file is there
 *   hangs           calls note what they deliver and never end
 *   transientRate   how many of a thousand fail and work later
 *   refuses         true: what has `refused` in its event is refused for good; once the file `forgiven` is there, it isn't
 *   forgiven        that file
 *   crashes         true: what has `poison` in its event kills the process, before it is noted
 *
 * DEST_SINK_CRASH_AFTER: the process is killed after so many notes.
 */

const crashAfter = Number(process.env.DEST_SINK_CRASH_AFTER ?? Infinity);
let notes = 0;

function killed() {
  process.kill(process.pid, 'SIGKILL');
}

class Notes {
  #descriptor;

  constructor(file) {
    if (file !== undefined) this.#descriptor = openSync(file, 'a');
  }

  /** One write, so that a kill tears at most this line; the break before it ends one that was torn. */
  add(note) {
    if (this.#descriptor === undefined) return;
    writeSync(this.#descriptor, `\n${JSON.stringify(note)}\n`);
    if (++notes >= crashAfter) killed();
  }
}

class Sink extends DestinationInterface {
  #notes = new Notes(this.init.file);
  #attempts = new Notes(this.init.attempts);

  async enter() {
    const { gate } = this.init;
    while (gate !== undefined && !existsSync(gate)) await sleep(20);
  }

  async leave() {
    const { delayMs, hangs } = this.init;
    if (delayMs !== undefined) await sleep(delayMs);
    if (hangs === true) await new Promise(() => undefined);
  }

  /** @throws what `init` says of this item */
  take({ json, event, key, attempt, possiblyDelivered, idempotencyKey }) {
    const { refuses, forgiven, crashes, busyUntil, transientRate = 0 } = this.init;
    const note = { destination: this.destination.id, idempotencyKey, key, attempt, possiblyDelivered };
    this.#attempts.add({ ...note, at: Date.now(), json });
    if (crashes === true && event.poison === true) killed();
    if (busyUntil !== undefined && !existsSync(busyUntil)) throw new TransientError('Busy');
    const isRefused = refuses === true && event.refused === true;
    if (isRefused && (forgiven === undefined || !existsSync(forgiven))) {
      throw new PermanentError('It is refused', { code: 'REFUSED' });
    }
    if (Math.random() * 1_000 < transientRate) throw new TransientError('Not now');
    this.#notes.add({ ...note, at: Date.now(), json });
  }
}

/** Gets one delivery a call. */
export class SingleSink extends Sink {
  async dispatchProfile() {
    throw new PermanentError('Only events are expected here');
  }

  async dispatchEvent(data, profile, session, event, context) {
    await this.enter();
    this.take({ ...context, json: JSON.stringify(data), event, key: profile?.id });
    await this.leave();
  }
}

/** Gets batches, whose items it takes in any order. */
export class BatchSink extends SingleSink {
  async dispatchBatch(items) {
    await this.enter();
    const results = items.map((item) => {
      try {
        this.take(item);
        return { ok: true };
      } catch (error) {
        return { ok: false, error };
      }
    });
    await this.leave();
    return results;
  }
}

const credentials = defineSchema({ type: 'object' });
const init = defineSchema({ type: 'object' });
RegisterDestination({ package: 'single-sink', title: 'One by one', credentials, init })(SingleSink);
RegisterDestination({ package: 'batch-sink', title: 'In batches', credentials, init })(BatchSink);
