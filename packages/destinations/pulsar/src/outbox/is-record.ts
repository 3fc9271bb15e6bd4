import { isNumber, isObject, isText, listOf, objectWith, type Test } from './shape';

export const isLane: Test = objectWith({
  destination: isText,
  package: isText,
  debug: (value) => typeof value === 'boolean',
  generation: isNumber,
});

const isMarker = objectWith({ marker: isText });

const isCarried = objectWith({ id: isText, tries: isNumber, history: listOf(isObject) });

const isEnvelopeRecord = objectWith({
  run: isText,
  number: isNumber,
  envelopeNumber: isNumber,
  id: isText,
  acceptedAt: isNumber,
  envelope: isObject,
  bytes: isNumber,
  copies: listOf(
    objectWith({
      lane: isLane,
      kind: isText,
      key: (value) => value === undefined || isText(value),
      carried: (value) => value === undefined || isCarried(value),
    }),
  ),
});

/** Whether it is a record of an envelope or a marker, of this version, as far as it is read. */
export const isRecord: Test = (value) => isMarker(value) || isEnvelopeRecord(value);
