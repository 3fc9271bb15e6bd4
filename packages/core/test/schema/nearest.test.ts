import { nearest } from '../../src/schema/nearest';

test.each([
  ['topci', ['topic', 'size'], 'topic'],
  ['tpoic', ['topic'], 'topic'],
  ['TOPIC', ['topic'], 'topic'],
  ['topics', ['topic'], 'topic'],
  ['colour', ['topic', 'size'], undefined],
  ['x', [], undefined],
  ['a'.repeat(1_000_000), ['topic'], undefined],
])('%.20s among %j is %s', (name, candidates, expected) => {
  expect(nearest(name, candidates)).toBe(expected);
});
