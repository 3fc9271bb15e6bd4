import { isLane } from './is-record';
import { isNumber, isObject, isText, listOf, objectWith, type Test } from './shape';

const isGone = objectWith({ kind: (value) => value === 'gone', ids: listOf(isText) });

const isLetter = objectWith({
  kind: (value) => value === 'letter',
  letter: objectWith({
    id: isText,
    delivery: isText,
    lane: isLane,
    failure: isObject,
    history: listOf(isObject),
    failedAt: isNumber,
    bytes: isNumber,
    persons: listOf(isText),
  }),
  envelope: (value) => value === undefined || isObject(value),
});

/** Whether it is an entry of the topic of dead letters, as far as it is read. */
export const isDeadLetterEntry: Test = (value) => isGone(value) || isLetter(value);
