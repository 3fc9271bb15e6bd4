import type { Logger } from '@dest/core';
import { MAX_REMEMBERED } from '@dest/core/outbox';
import type { Topic } from '../topic';
import type { PulsarTransport } from '../transport/pulsar-transport';
import { RECORD_VERSION } from './envelope-record';
import { FollowedTopic, type FollowedEntry } from './followed-topic';
import { farBehind } from './far-behind';
import { HEARTBEAT_MS } from './hosts';
import type { AcceptedId, JournalEntry, StartedTry } from './journal-entry';
import { isJournalEntry } from './is-journal-entry';
import type { JournalState } from './journal-state';
import { journalTrace, type JournalTrace } from './journal-trace';
import { mergedIds } from './merged-ids';
import type { Numbers } from './numbers';
import type { Kept, Restatement } from './topic-keeper';

/** What is noted by and by goes together, so often. */
const FLUSH_EVERY_MS = 100;

/** And at once where there is so much. */
const MOST_UNWRITTEN = 1_000;

export interface JournalOptions {
  readonly transport: PulsarTransport;
  readonly topic: Topic;
  readonly run: string;
  readonly logger: Logger;
  readonly state: JournalState;
  readonly numbers: Numbers;
  readonly now: () => number;
  readonly dedupeWindowMs: number;
  /** Called with each entry after the state has it. Must not throw. */
  readonly onEntry: (entry: JournalEntry) => void;
}

/** Writes the journal, and keeps the state that it makes. */
export class Journal {
  readonly #options: JournalOptions;
  readonly #reads = new Set<string>();
  #topic!: FollowedTopic<JournalEntry, JournalTrace>;
  /** How many ids were read by what keeps the topic. */
  #keptIds = 0;
  #ids: AcceptedId[] = [];
  /** By the ids of deliveries. */
  #started = new Map<string, StartedTry>();
  /** Deliveries of which that is being written, or may have been. */
  readonly #maybeStarted = new Set<string>();
  #settled: string[] = [];
  #flushing: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  private constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** Resolves when all that is there is read. */
  static async open(options: JournalOptions): Promise<Journal> {
    const journal = new Journal(options);
    const { transport, topic, run, logger, state } = options;
    journal.#topic = await FollowedTopic.open<JournalEntry, JournalTrace>({
      transport,
      topic,
      run,
      logger,
      isEntry: isJournalEntry,
      apply: (followed) => journal.#apply(followed),
      traceOf: (entry) => journal.#trace(entry),
      isNeeded: (trace, place) => (trace.kind === 'ids' ? journal.#areNeeded(trace) : state.isNeeded(trace, place)),
      restate: (needed) => journal.#restate(needed),
    });
    try {
      await journal.#sayHello();
    } catch (error) {
      await journal.#topic.close();
      throw error;
    }
    journal.#heartbeat = setInterval(() => void journal.#sayHello().catch(() => undefined), HEARTBEAT_MS);
    journal.#heartbeat.unref();
    return journal;
  }

  /** Resolves when it is kept, and the state has it. */
  async write(entry: JournalEntry): Promise<void> {
    await this.#topic.write(entry);
  }

  /** Says that this host reads what is for a destination. */
  async reads(destination: string): Promise<void> {
    if (this.#reads.has(destination)) return;
    this.#reads.add(destination);
    await this.#sayHello();
  }

  /** Notes an id, by and by. */
  noteId(id: AcceptedId): void {
    this.#ids.push(id);
    this.#flushSoon(this.#ids.length);
  }

  /** Notes that a delivery is about to be tried, by and by. */
  noteStarted(started: StartedTry): void {
    this.#started.set(started.id, started);
    this.#flushSoon(this.#started.size);
  }

  /** Notes that what was noted of a delivery is over, by and by, where anything was. */
  noteSettled(id: string): void {
    // What is not written yet need not be taken back.
    this.#started.delete(id);
    if (!this.#maybeStarted.delete(id) && !this.#options.state.isNoted(id)) return;
    this.#settled.push(id);
    this.#flushSoon(this.#settled.length);
  }

  /** Writes what is to be written by and by. */
  async flush(): Promise<void> {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    const { run } = this.#options;
    const [ids, started, settled] = [this.#ids, [...this.#started.values()], this.#settled];
    this.#ids = [];
    this.#started = new Map();
    for (const { id } of started) this.#maybeStarted.add(id);
    this.#settled = [];
    try {
      await Promise.all([
        ids.length === 0 ? undefined : this.write({ kind: 'ids', ids }),
        started.length === 0 ? undefined : this.write({ kind: 'started', run, started }),
        settled.length === 0 ? undefined : this.write({ kind: 'settled', ids: settled }),
      ]);
      for (const { id } of started) this.#maybeStarted.delete(id);
    } catch (error) {
      this.#ids.unshift(...ids);
      this.#started = new Map([...started.map((one) => [one.id, one] as const), ...this.#started]);
      this.#settled.unshift(...settled);
      throw error;
    }
  }

  /** Takes leave and disconnects. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    try {
      await this.flush();
      await this.#sayHello(true);
    } finally {
      await this.#topic.close();
    }
  }

  #flushSoon(unwritten: number): void {
    if (unwritten >= MOST_UNWRITTEN) void this.#flushQuietly();
    else this.#flushing ??= setTimeout(() => void this.#flushQuietly(), FLUSH_EVERY_MS);
  }

  async #flushQuietly(): Promise<void> {
    try {
      await this.flush();
    } catch {
      // They go with the next. The trouble itself is logged by what follows the topic.
    }
  }

  async #sayHello(left = false): Promise<void> {
    const { run, numbers } = this.#options;
    const reads = [...this.#reads];
    const known = { at: Date.now(), number: numbers.next(), version: RECORD_VERSION };
    const hello: JournalEntry = { kind: 'host', run, ...known, reads };
    await this.write(left ? { ...hello, left } : hello);
  }

  #trace(entry: JournalEntry): JournalTrace {
    const trace = journalTrace(entry, this.#keptIds);
    if (trace.kind === 'ids') this.#keptIds = trace.total;
    return trace;
  }

  /** Until their window is over, and as long as so many are remembered. */
  #areNeeded({ latest, total }: JournalTrace & { readonly kind: 'ids' }): boolean {
    const { now, dedupeWindowMs } = this.#options;
    return latest > now() - dedupeWindowMs && this.#keptIds - total < MAX_REMEMBERED;
  }

  #restate(needed: readonly Kept<JournalTrace>[]): readonly Restatement<JournalTrace>[] {
    const { state } = this.#options;
    const merged = mergedIds(needed);
    const others = needed.filter(({ trace }) => trace.kind !== 'ids');
    const restatements = farBehind(others).map((kept) => ({
      write: async () => {
        for (const entry of state.restated(kept.trace as Exclude<JournalTrace, { kind: 'ids' }>, kept.place)) {
          await this.write(entry);
        }
      },
      instead: [kept],
    }));
    if (merged === undefined) return restatements;
    const { ids, instead } = merged;
    return [...restatements, { write: () => this.write({ kind: 'ids', ids }), instead }];
  }

  #apply(followed: FollowedEntry<JournalEntry>): void {
    const { state, numbers, onEntry } = this.#options;
    const { entry } = followed;
    // What is given later is above all of them, whose clock ever is behind.
    if ('number' in entry) numbers.see(entry.number);
    if ('before' in entry) numbers.see(entry.before);
    if ('until' in entry) numbers.see(entry.until);
    state.apply(followed);
    onEntry(entry);
  }
}
