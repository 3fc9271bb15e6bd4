import { deepFreeze, type AcceptedEnvelope, type Envelope } from '@dest/core';
import type { WrittenEnvelope } from './accept-envelope';
import { maxBytesOf, type PartTexts } from './part-texts';
import { PAYLOAD_PARTS, type PayloadPart } from './payload-parts';
import type { TextChunk } from './text-chunk';
import type { TextMemory } from './text-memory';

/** What stands before a part beside its name: a brace or a comma, quotes, a colon. */
const NAME_EXTRAS = 4;

/** More than the names of all parts take. */
const ALL_NAMES = 64;

/** Every envelope gets the same one, so that they stay alike for the engine. */
const ENVELOPE: PropertyDescriptor & ThisType<AcceptedText> = {
  get() {
    return this.read();
  },
  enumerable: true,
  configurable: true,
};

/**
 * An accepted envelope as a text outside of the heap: until its turn comes it is not dozens of objects, which each collection
 * of garbage would copy. The default payload stands at the beginning of the text, so that its JSON need not be made again.
 */
export class AcceptedText implements AcceptedEnvelope {
  readonly id: string;
  /** Read when it is first looked at, and held from then on. Frozen. */
  declare readonly envelope: Envelope;
  readonly acceptedAt: number;
  readonly #chunk: TextChunk;
  readonly #start: number;
  /** All lengths are in bytes. */
  readonly #length: number;
  /** Without its closing brace. */
  readonly #payloadLength: number;
  /** Of the parts; 0 for one that is absent. */
  readonly #event: number;
  readonly #profile: number;
  readonly #session: number;
  #read: Envelope | undefined;
  #isFrozen = false;
  #isShared = false;

  /** The envelope is held until `letGo`. */
  constructor({ id, envelope, texts }: WrittenEnvelope, acceptedAt: number, memory: TextMemory) {
    this.id = id;
    this.acceptedAt = acceptedAt;
    const rest = restOf(envelope);
    const chunk = memory.chunkFor(texts.maxBytes + maxBytesOf(rest) + ALL_NAMES);
    const start = chunk.used;
    this.#chunk = chunk;
    this.#start = start;
    this.#event = writePart('event', texts, chunk, start);
    this.#profile = writePart('profile', texts, chunk, start);
    this.#session = writePart('session', texts, chunk, start);
    this.#payloadLength = chunk.used - start;
    chunk.write(rest);
    this.#length = chunk.used - start;
    this.#read = envelope;
    Object.defineProperty(this, 'envelope', ENVELOPE);
  }

  /** JSON text of the envelope. */
  get json(): string {
    return this.#chunk.text(this.#start, this.#length);
  }

  /** How many bytes that is. */
  get bytes(): number {
    return this.#length;
  }

  /** Copies it, as UTF-8. */
  copyJson(target: Buffer, at: number): void {
    this.#chunk.copyTo(target, at, this.#start, this.#length);
  }

  /** Where it lies: whoever holds the envelope holds that. */
  get chunk(): TextChunk {
    return this.#chunk;
  }

  /** JSON text of the default payload. */
  get payloadJson(): string {
    return this.#chunk.textEndingWith('}', this.#start, this.#payloadLength + 1);
  }

  has(part: PayloadPart): boolean {
    return this.#lengthOf(part) > 0;
  }

  /** One part, frozen, for one delivery: a new object each time, unless the envelope is held. */
  part(part: PayloadPart): Envelope[PayloadPart] {
    if (this.#isShared || this.#read !== undefined) return this.read()[part];
    const length = this.#lengthOf(part);
    if (length === 0) return undefined;
    const text = this.#chunk.text(this.#startOf(part), length);
    return deepFreeze(JSON.parse(text) as Envelope[PayloadPart]);
  }

  /** The envelope, frozen, for one delivery: a new object each time, unless it is held. */
  forDelivery(): Envelope {
    if (this.#isShared || this.#read !== undefined) return this.read();
    return deepFreeze(JSON.parse(this.json) as Envelope);
  }

  /** The envelope, frozen, and held from now on. */
  read(): Envelope {
    this.#read ??= JSON.parse(this.json) as Envelope;
    if (!this.#isFrozen) deepFreeze(this.#read);
    this.#isFrozen = true;
    return this.#read;
  }

  /**
   * Holds the text alone.
   *
   * @param isShared - it has several deliveries: what is read for one of them is held for the others
   */
  letGo(isShared: boolean): void {
    this.#read = undefined;
    this.#isFrozen = false;
    this.#isShared = isShared;
  }

  #lengthOf(part: PayloadPart): number {
    if (part === 'event') return this.#event;
    return part === 'profile' ? this.#profile : this.#session;
  }

  #startOf(part: PayloadPart): number {
    let start = this.#start;
    for (const name of PAYLOAD_PARTS) {
      const textStart = start + name.length + NAME_EXTRAS;
      if (name === part) return textStart;
      const length = this.#lengthOf(name);
      if (length > 0) start = textStart + length;
    }
    return start;
  }
}

/** What stands behind the payload: what an envelope has beside it, and its closing brace. */
function restOf({ id, changes, profileBefore }: Envelope): string {
  if (id === undefined && changes === undefined && profileBefore === undefined) return '}';
  return `,${JSON.stringify({ id, changes, profileBefore }).slice(1)}`;
}

const FIRST_NAMES = { event: '{"event":', profile: '{"profile":', session: '{"session":' };
const LATER_NAMES = { event: ',"event":', profile: ',"profile":', session: ',"session":' };

/** Returns how many bytes its text has. */
function writePart(part: PayloadPart, texts: PartTexts, chunk: TextChunk, start: number): number {
  if (!texts.has(part)) return 0;
  chunk.writeAscii((chunk.used === start ? FIRST_NAMES : LATER_NAMES)[part]);
  return texts.write(part, chunk);
}
