import { compileCondition } from '../../src/expressions/conditions/compile-condition';
import { compileMapping } from '../../src/expressions/mappings/compile-mapping';
import { textPlace } from '../../src/expressions/text-place';

test.each([
  ['\nab', 0, { line: 1, column: 1, excerpt: '\n^' }],
  ['\nab', 1, { line: 2, column: 1, excerpt: 'ab\n^' }],
  ['\n\n', 1, { line: 2, column: 1, excerpt: '\n^' }],
  ['\r\nab', 0, { line: 1, column: 1, excerpt: '\n^' }],
  ['\r\nab', 1, { line: 1, column: 2, excerpt: '\n^' }],
  ['', 0, { line: 1, column: 1, excerpt: '\n^' }],
  ['ab\nc', 4, { line: 2, column: 2, excerpt: 'c\n ^' }],
])('%j at %d', (text, position, place) => {
  expect(textPlace(text, position)).toEqual(place);
});

test('a text that begins with a line break has its fault at its place', () => {
  expect(() => compileCondition(`\n${' '.repeat(16_384)}`)).toThrow(
    expect.objectContaining({ code: 'CONDITION_TOO_LONG', line: 1, column: 1 }),
  );
  expect(compileMapping('\nprofile@id').warnings).toMatchObject([{ code: 'MAPPING_ALMOST_REFERENCE', line: 1 }]);
});
