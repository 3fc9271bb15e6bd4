import type { JournalEntry } from './journal-entry';
import { isLane } from './is-record';
import { isNumber, isObject, isText, listOf, objectWith, type Test } from './shape';

const isParkedKey = objectWith({ destination: isText, key: isText, until: isNumber });

const KINDS: Readonly<Record<JournalEntry['kind'], Test>> = {
  host: objectWith({ run: isText, at: isNumber, number: isNumber, reads: listOf(isText) }),
  destination: objectWith({ destination: isText }),
  ids: objectWith({ ids: listOf(objectWith({ id: isText, at: isNumber })) }),
  tried: objectWith({
    notes: listOf(
      objectWith({ id: isText, envelope: isNumber, number: isNumber, tries: isNumber, history: listOf(isObject) }),
    ),
  }),
  started: objectWith({ run: isText, started: listOf(objectWith({ id: isText, tries: isNumber })) }),
  settled: objectWith({ ids: listOf(isText) }),
  'lane-dropped': objectWith({ lane: isLane, before: isNumber }),
  'person-forgotten': objectWith({ person: isText, before: isNumber }),
  parked: isParkedKey,
  released: isParkedKey,
};

/** Whether it is an entry of the journal, as far as it is read. One of a kind that only a newer version knows is one. */
export const isJournalEntry: Test = (value) => {
  if (!isObject(value)) return false;
  const { kind } = value as { readonly kind?: unknown };
  if (typeof kind !== 'string') return false;
  return !Object.hasOwn(KINDS, kind) || KINDS[kind as JournalEntry['kind']](value);
};
