/** Where a delivery lies in its lane, and the envelope that it has. */
export interface Place {
  readonly sequence: number;
  readonly envelope: number;
}

/** Places that follow one another in a lane, with no other in between. */
export interface Block {
  /** Index of its first one in the list of those that were looked for. */
  readonly first: number;
  readonly length: number;
}

/** A lane's places as one text, so that many are read and compared at once. */
export function placesText(sequences: readonly number[], envelopes: readonly number[]): string {
  let text = '';
  for (let index = 0; index < sequences.length; index++) {
    text += `${index === 0 ? '' : ','}${sequences[index] as number} ${envelopes[index] as number}`;
  }
  return text;
}

/** Places out of their text; what is none there is none here. */
export function toPlaces(text: string): readonly Place[] {
  if (text === '') return [];
  return text.split(',').map((place) => {
    const [sequence, envelope] = place.split(' ').map(Number);
    return { sequence: sequence as number, envelope: envelope as number };
  });
}

/**
 * Finds which of the deliveries that are looked for are there, as blocks. Pure.
 *
 * @param sequences - ascending
 * @param envelopes - of each; one that has another envelope by now is not the one that is looked for
 * @param there - what is in the lane, ascending
 */
export function blocksOf(
  sequences: readonly number[],
  envelopes: readonly number[],
  there: readonly Place[],
): readonly Block[] {
  const blocks: { first: number; length: number }[] = [];
  let next = 0;
  let follows = false;
  for (const { sequence, envelope } of there) {
    while (next < sequences.length && (sequences[next] as number) < sequence) {
      next++;
      follows = false;
    }
    const isWanted = sequences[next] === sequence && envelopes[next] === envelope;
    if (!isWanted) {
      follows = false;
      continue;
    }
    const last = blocks.at(-1);
    if (follows && last !== undefined) last.length++;
    else blocks.push({ first: next, length: 1 });
    follows = true;
    next++;
  }
  return blocks;
}
