import type { CallOutcome } from '../../src/delivery/call-destination';
import { Suspects } from '../../src/delivery/suspects';
import { destinationFails } from '../support/failures';
import { storedDelivery } from '../support/stored-delivery';

const overrun: CallOutcome = { ...destinationFails(), code: 'DEADLINE_EXCEEDED' };
const [guilty, innocent, other] = [1, 2, 3].map((sequence) => storedDelivery({ sequence }));

const scopes = (outcomes: readonly CallOutcome[]): unknown[] => outcomes.map((outcome) => outcome?.scope);

describe('an overrun', () => {
  test('is the destination’s the first time, also where others worked meanwhile', () => {
    const suspects = new Suspects();
    suspects.judge([innocent!], [undefined]);
    expect(scopes(suspects.judge([guilty!], [overrun]))).toEqual(['destination']);
  });

  test('is the delivery’s own the next time, alone, where others worked since', () => {
    const suspects = new Suspects();
    suspects.judge([guilty!], [overrun]);
    expect(scopes(suspects.judge([guilty!], [overrun]))).toEqual(['destination']);
    suspects.judge([innocent!], [undefined]);
    expect(scopes(suspects.judge([guilty!], [overrun]))).toEqual(['item']);
  });

  test('of a batch is nobody’s own: it is tried in halves until one is alone', () => {
    const suspects = new Suspects();
    suspects.judge([guilty!, innocent!], [overrun, overrun]);
    suspects.judge([other!], [undefined]);
    expect(scopes(suspects.judge([guilty!, innocent!], [overrun, overrun]))).toEqual(['destination', 'destination']);
    expect(suspects.batchSize(guilty!)).toBe(1);
    suspects.judge([innocent!], [undefined]);
    expect(scopes(suspects.judge([guilty!], [overrun]))).toEqual(['item']);
  });

  test('that comes after another failure is a first one', () => {
    const suspects = new Suspects();
    suspects.judge([guilty!], [overrun]);
    suspects.judge([innocent!], [undefined]);
    suspects.judge([guilty!], [destinationFails()]);
    expect(scopes(suspects.judge([guilty!], [overrun]))).toEqual(['destination']);
  });
});

test('only so many are remembered, and those that were dropped are not', () => {
  const suspects = new Suspects();
  const many = Array.from({ length: 10_001 }, (_, sequence) => storedDelivery({ sequence: sequence + 10 }));
  for (const delivery of many) suspects.judge([delivery], [overrun]);
  expect(many.filter((delivery) => suspects.batchSize(delivery) === 1)).toEqual(many.slice(1));
  suspects.forget(many[1]!.id);
  expect(suspects.batchSize(many[1]!)).toBe(Infinity);
  suspects.clear();
  expect(suspects.batchSize(many.at(-1)!)).toBe(Infinity);
});
