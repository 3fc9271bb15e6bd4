import * as fc from 'fast-check';
import { blocksOf, placesText, toPlaces, type Place } from '../../../src/outbox/sqlite/delivery-blocks';

const place = (sequence: number, envelope = sequence * 2): Place => ({ sequence, envelope });
const blocks = (wanted: readonly Place[], there: readonly Place[]): unknown =>
  blocksOf(
    wanted.map(({ sequence }) => sequence),
    wanted.map(({ envelope }) => envelope),
    there,
  );

test('what follows one another is one block', () => {
  expect(blocks([place(3), place(4), place(9)], [place(3), place(4), place(9)])).toEqual([{ first: 0, length: 3 }]);
});

test('what waits in between parts a block, and what is missing is in none', () => {
  const there = [place(1), place(2), place(4), place(6)];
  expect(blocks([place(1), place(2), place(3), place(6)], there)).toEqual([
    { first: 0, length: 2 },
    { first: 3, length: 1 },
  ]);
});

test('what has another envelope by now is not what is looked for', () => {
  expect(blocks([place(1), place(2), place(3)], [place(1), place(2, 99), place(3)])).toEqual([
    { first: 0, length: 1 },
    { first: 2, length: 1 },
  ]);
});

test('a text of places is read as what it was written of', () => {
  expect(toPlaces(placesText([1, 7], [2, 15]))).toEqual([place(1, 2), place(7, 15)]);
  expect(toPlaces(placesText([], []))).toEqual([]);
});

const places = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 30 })
  .chain((sequences) =>
    fc.tuple(
      ...sequences
        .toSorted((left, right) => left - right)
        .map((sequence) => fc.integer({ min: 1, max: 2 }).map((envelope) => place(sequence, envelope))),
    ),
  );

test('blocks hold exactly what is wanted and there, and nothing else lies between the ends of one', () => {
  fc.assert(
    fc.property(places, places, (wanted, there) => {
      const found = blocksOf(
        wanted.map(({ sequence }) => sequence),
        wanted.map(({ envelope }) => envelope),
        there,
      );
      const covered = found.flatMap(({ first, length }) => {
        const [low, high] = [wanted[first]!.sequence, wanted[first + length - 1]!.sequence];
        return there.filter(({ sequence }) => sequence >= low && sequence <= high);
      });
      const both = wanted.filter(({ sequence, envelope }) =>
        there.some((other) => other.sequence === sequence && other.envelope === envelope),
      );
      expect(covered).toEqual(both);
      expect(found.flatMap(({ first, length }) => wanted.slice(first, first + length))).toEqual(both);
    }),
  );
});
