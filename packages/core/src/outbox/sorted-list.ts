/** How many items a chunk may have: moving them within it is cheap, and so is finding the chunk. */
const CHUNK_SIZE = 512;

/**
 * Items in order, in chunks: adding, removing and seeking take little time, however many there are. Items have to differ by
 * `compare`, and what it compares must not change while they are in.
 */
export class SortedList<Item> {
  readonly #compare: (left: Item, right: Item) => number;
  /** None is empty. */
  readonly #chunks: Item[][] = [];

  /** @param compare - negative where the left one comes first, 0 where both are the same */
  constructor(compare: (left: Item, right: Item) => number) {
    this.#compare = compare;
  }

  first(): Item | undefined {
    return this.#chunks[0]?.[0];
  }

  add(item: Item): void {
    const last = this.#chunks.at(-1);
    if (last === undefined || this.#compare(last.at(-1) as Item, item) < 0) return this.#append(item, last);
    const chunkIndex = this.#chunkOf((candidate) => this.#compare(candidate, item) >= 0);
    const chunk = this.#chunks[chunkIndex] as Item[];
    chunk.splice(this.#placeIn(chunk, item), 0, item);
    if (chunk.length > CHUNK_SIZE) this.#chunks.splice(chunkIndex + 1, 0, chunk.splice(CHUNK_SIZE / 2));
  }

  /** Removes what is the same by `compare`. Says whether there was something. */
  remove(item: Item): boolean {
    const chunkIndex = this.#chunkOf((candidate) => this.#compare(candidate, item) >= 0);
    const chunk = this.#chunks[chunkIndex];
    if (chunk === undefined) return false;
    const place = this.#placeIn(chunk, item);
    if (this.#compare(chunk[place] as Item, item) !== 0) return false;
    if (chunk.length === 1) this.#chunks.splice(chunkIndex, 1);
    else if (place === 0) chunk.shift();
    else chunk.splice(place, 1);
    return true;
  }

  /**
   * Items in order.
   *
   * @param isPast - false for those that are skipped; once true, it has to be true for all that come after
   */
  *from(isPast: (item: Item) => boolean): Generator<Item> {
    let chunkIndex = this.#chunkOf(isPast);
    const chunk = this.#chunks[chunkIndex];
    if (chunk === undefined) return;
    for (let index = firstIndex(chunk, isPast); index < chunk.length; index++) yield chunk[index] as Item;
    while (++chunkIndex < this.#chunks.length) yield* this.#chunks[chunkIndex] as Item[];
  }

  *[Symbol.iterator](): Generator<Item> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  #append(item: Item, last: Item[] | undefined): void {
    if (last === undefined || last.length >= CHUNK_SIZE) this.#chunks.push([item]);
    else last.push(item);
  }

  /** The first chunk of which the last item is past. */
  #chunkOf(isPast: (item: Item) => boolean): number {
    return firstIndex(this.#chunks, (chunk) => isPast(chunk[chunk.length - 1] as Item));
  }

  #placeIn(chunk: readonly Item[], item: Item): number {
    return firstIndex(chunk, (candidate) => this.#compare(candidate, item) >= 0);
  }
}

/** The first index at which the condition holds, which then holds for all after it; the length where there is none. */
function firstIndex<Item>(items: readonly Item[], condition: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (condition(items[middle] as Item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
