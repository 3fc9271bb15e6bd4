import type { LaneIdentity } from '@dest/core';
import { laneKey, RecentIds } from '@dest/core/outbox';
import type { FollowedEntry } from './followed-topic';
import { Hosts } from './hosts';
import type { AcceptedId, JournalEntry, ParkedKey, TriedNote } from './journal-entry';
import { keyName } from './key-name';
import { Numbers } from './numbers';

const DAY_MS = 86_400_000;

/** What was dropped or forgotten is remembered as long: no message that it is about is older, unless nobody read for as long. */
const NEGATION_MS = 30 * DAY_MS;

/** Notes on deliveries that nobody settled: the oldest are forgotten. */
const MOST_STARTED = 100_000;

/** One for all: there are a million ids. */
const NOBODY: ReadonlySet<string> = new Set();

interface Noted {
  readonly note: TriedNote;
  readonly place: string;
}

export interface LostTries {
  /** Of any kind, those before included. */
  readonly tries: number;
  /** How many were lost one after the other. */
  readonly count: number;
}

interface Started {
  readonly run: string;
  readonly place: string;
  readonly tries: number;
  /** Tries that were under way when their host went. */
  readonly lost: number;
}

interface Negation {
  readonly before: number;
  readonly place: string;
}

export interface JournalStateOptions {
  readonly run: string;
  readonly dedupeWindowMs: number;
}

/** Of ids more is known to whoever keeps them. */
type KeptEntry = Exclude<JournalEntry, { readonly kind: 'ids' }>;

/** What the journal says, as of what was read of it. All hosts come to the same, in the same order. */
export class JournalState {
  readonly recent: RecentIds;
  readonly hosts: Hosts;
  readonly #options: JournalStateOptions;
  readonly #destinations = new Map<string, string>();
  readonly #notes = new Map<string, Noted>();
  readonly #started = new Map<string, Started>();
  readonly #droppedLanes = new Map<string, Negation>();
  readonly #forgotten = new Map<string, Negation>();
  #lastForgotten = 0;
  readonly #parked = new Map<string, ParkedKey & { readonly place: string }>();

  constructor(options: JournalStateOptions) {
    this.#options = options;
    this.recent = new RecentIds(options.dedupeWindowMs);
    this.hosts = new Hosts(options.run);
  }

  /** Destinations that have a subscription. */
  get destinations(): readonly string[] {
    return [...this.#destinations.keys()];
  }

  hasDestination(destination: string): boolean {
    return this.#destinations.has(destination);
  }

  /** Remembers an id from when it was accepted. */
  remember({ id, at, owed }: AcceptedId): void {
    this.recent.remember(id, owed === undefined ? NOBODY : new Set(owed), at);
  }

  /** What the last try of a delivery left that failed, where it was with that envelope. */
  noteOf(id: string, envelope: number): TriedNote | undefined {
    const note = this.#notes.get(id)?.note;
    return note?.envelope === envelope ? note : undefined;
  }

  /** Tries of a delivery that began at other hosts, and of which nothing was heard since: those hosts may be gone. */
  lostTriesOf(id: string): LostTries | undefined {
    const started = this.#started.get(id);
    if (started === undefined) return undefined;
    const { tries, lost, run } = started;
    const isOwn = run === this.#options.run;
    return isOwn && lost === 0 ? undefined : { tries: isOwn ? tries - 1 : tries, count: isOwn ? lost : lost + 1 };
  }

  /** Whether notes on a delivery have to be taken back when it is settled. */
  isNoted(id: string): boolean {
    return this.#notes.has(id) || this.#started.has(id);
  }

  /** Whether a delivery was dropped with its lane. */
  isDropped(lane: LaneIdentity, number: number): boolean {
    const dropped = this.#droppedLanes.get(laneKey(lane));
    return dropped !== undefined && number < dropped.before;
  }

  /** Whether somebody was forgotten since a record was written. */
  hasForgottenSince(number: number): boolean {
    return number < this.#lastForgotten;
  }

  /** @param person by fingerprint */
  isForgotten(person: string, number: number): boolean {
    const forgotten = this.#forgotten.get(person);
    return forgotten !== undefined && number < forgotten.before;
  }

  /** Up to which record deliveries of a key are parked; undefined where none are. */
  parkedUntil(destination: string, key: string): number | undefined {
    // Asked for each delivery that comes; most of the time nothing is parked.
    return this.#parked.size === 0 ? undefined : this.#parked.get(keyName(destination, key))?.until;
  }

  /** Whether any key of a destination is parked. */
  hasParked(destination: string): boolean {
    for (const parked of this.#parked.values()) if (parked.destination === destination) return true;
    return false;
  }

  apply({ entry, place }: FollowedEntry<JournalEntry>): void {
    switch (entry.kind) {
      case 'host':
        return this.hosts.apply(entry, place);
      case 'destination':
        this.#destinations.set(entry.destination, place);
        return;
      case 'ids':
        for (const id of entry.ids) this.remember(id);
        return;
      case 'tried':
        for (const note of entry.notes) {
          if (!this.isLatestNote(note.id, note.number)) continue;
          this.#notes.set(note.id, { note, place });
          this.#started.delete(note.id);
        }
        return;
      case 'started':
        for (const { id, tries } of entry.started) this.#start(id, { run: entry.run, place, tries });
        return;
      case 'settled':
        for (const id of entry.ids) {
          this.#notes.delete(id);
          this.#started.delete(id);
        }
        return;
      case 'lane-dropped':
        keepLater(this.#droppedLanes, laneKey(entry.lane), { before: entry.before, place });
        return;
      case 'person-forgotten':
        keepLater(this.#forgotten, entry.person, { before: entry.before, place });
        this.#lastForgotten = Math.max(this.#lastForgotten, entry.before);
        return;
      case 'parked':
        if ((this.parkedUntil(entry.destination, entry.key) ?? 0) <= entry.until) {
          this.#parked.set(keyName(entry.destination, entry.key), { ...entry, place });
        }
        return;
      case 'released':
        if ((this.parkedUntil(entry.destination, entry.key) ?? Infinity) <= entry.until) {
          this.#parked.delete(keyName(entry.destination, entry.key));
        }
        return;
      default:
        // What only a newer version knows is for hosts of that one.
        entry satisfies never;
    }
  }

  /** Whether a note on a delivery is the one that holds, or later. */
  isLatestNote(id: string, number: number): boolean {
    return number >= (this.#notes.get(id)?.note.number ?? 0);
  }

  /** What of an entry is still needed, to be written once more: then the one that was is not. */
  restated(entry: KeptEntry, place: string): readonly JournalEntry[] {
    if (!this.isNeeded(entry, place)) return [];
    switch (entry.kind) {
      case 'tried':
        return [{ kind: 'tried', notes: entry.notes.filter(({ id }) => this.#notes.get(id)?.place === place) }];
      // A hint: what it is about was never heard of since.
      case 'started':
        return [];
      default:
        return [entry];
    }
  }

  /** Whether a host that starts has to find an entry in the journal. */
  isNeeded(entry: KeptEntry, place: string): boolean {
    switch (entry.kind) {
      case 'host':
        return this.hosts.isNeeded(entry.run, place);
      case 'destination':
        return this.#destinations.get(entry.destination) === place;
      case 'tried':
        return entry.notes.some((note) => this.#notes.get(note.id)?.place === place && isRecent(note.number));
      case 'started':
        return entry.started.some(({ id }) => this.#started.get(id)?.place === place);
      case 'lane-dropped':
        return isStanding(this.#droppedLanes.get(laneKey(entry.lane)), place);
      case 'person-forgotten':
        return isStanding(this.#forgotten.get(entry.person), place);
      case 'parked':
        return this.#parked.get(keyName(entry.destination, entry.key))?.place === place;
      // They only take back what comes before them: where that is still there, so are they.
      case 'settled':
      case 'released':
        return false;
      default:
        entry satisfies never;
        return true;
    }
  }

  #start(id: string, started: Omit<Started, 'lost'>): void {
    const before = this.#started.get(id);
    const lost = before === undefined ? 0 : before.lost + (before.run === started.run ? 0 : 1);
    this.#started.delete(id);
    this.#started.set(id, { ...started, lost });
    if (this.#started.size <= MOST_STARTED) return;
    const [oldest] = this.#started.keys();
    this.#started.delete(oldest as string);
  }
}

function isStanding(negation: Negation | undefined, place: string): boolean {
  return negation !== undefined && negation.place === place && isRecent(negation.before);
}

function isRecent(number: number): boolean {
  return Date.now() - Numbers.timeOf(number) < NEGATION_MS;
}

/** One that was written once more changes no more than its place. */
function keepLater(negations: Map<string, Negation>, name: string, negation: Negation): void {
  if ((negations.get(name)?.before ?? 0) <= negation.before) negations.set(name, negation);
}
