import { compileDestination, Router, type CompiledDestination, type Envelope, type JsonValue } from '@dest/core';
import fc from 'fast-check';
import { aDestination } from '../support/a-destination';

const literal = fc.constantFrom('"a"', '"b"', '"5"', '1', '2', '5', '-0', 'true', 'false', 'null');
const reference = fc.constantFrom('event@x', 'event@y', 'event@deep.x', 'profile@x', 'event@["x"]');
const comparison = fc
  .tuple(reference, fc.constantFrom('==', '!=', '>', '>=', '<', '<='), literal, fc.boolean())
  .map(([left, operator, right, turned]) => (turned ? `${right} ${operator} ${left}` : `${left} ${operator} ${right}`));
const junction = fc
  .tuple(fc.array(comparison, { minLength: 1, maxLength: 3 }), fc.constantFrom(' AND ', ' OR '), fc.boolean())
  .map(([terms, operator, negated]) => (negated ? `NOT (${terms.join(operator)})` : terms.join(operator)));
const condition = fc.oneof({ weight: 4, arbitrary: comparison }, junction, fc.constant(''));

const value: fc.Arbitrary<JsonValue | undefined> = fc.oneof(
  fc.constantFrom('a', 'b', '5', 1, 2, 5, 0, 1.5, true, false, null),
  fc.array(fc.constantFrom<JsonValue>('a', 'a', 5, null, ['a'], { x: 1 }), { maxLength: 3 }),
  fc.constant({ x: 5 }),
  fc.constant(undefined),
);
const part = fc.record({ x: value, y: value, deep: value });
const envelope = fc.record({
  event: fc.oneof(
    fc.constant(undefined),
    part.map((fields) => ({ type: 't', ...fields })),
  ),
  profile: part,
});

function compiled(text: string, index: number): CompiledDestination {
  const { compiled: result, issues } = compileDestination(
    aDestination({ package: 'any', id: `d${index}`, condition: text, ...(index % 5 === 0 ? { eventType: 't*' } : {}) }),
    undefined,
  );
  if (result === undefined) throw new Error(`${text}: ${JSON.stringify(issues)}`);
  return result;
}

test('looking conditions up by the values they ask for selects what asking each of them selects', () => {
  fc.assert(
    fc.property(
      fc.array(condition, { minLength: 20, maxLength: 60, size: 'max' }),
      fc.array(envelope, { minLength: 1, maxLength: 8 }),
      (texts, envelopes) => {
        const router = new Router(texts.map(compiled));
        for (const each of envelopes) {
          const plain = JSON.parse(JSON.stringify(each)) as Envelope;
          const ids = router.select(plain, { now: 0 }).map(({ compiled: { destination } }) => destination.id);
          const asked = router.route(plain, { now: 0 }).filter(({ selected }) => selected);
          expect(ids).toEqual(asked.map(({ compiled: { destination } }) => destination.id));
        }
      },
    ),
    { numRuns: 500 },
  );
});
