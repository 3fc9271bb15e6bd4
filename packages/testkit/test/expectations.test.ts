import { runInNewContext } from 'node:vm';
import { expectEqual, expectThat } from '../src/expectations';

test('equal values pass, whatever realm they come from and whether what is missing is undefined or absent', () => {
  expect(() => expectEqual(runInNewContext('[{ a: [1] }]'), [{ a: [1], b: undefined }], 'it')).not.toThrow();
  expect(() => expectEqual(JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}'), 'it')).not.toThrow();
  expect(() => expectEqual(undefined, undefined, 'it')).not.toThrow();
});

test.each([
  [1, 2],
  [1, '1'],
  [null, undefined],
  [0, null],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], [1, undefined]],
  [{ a: 1 }, { a: 1, b: null }],
  [{}, []],
  [JSON.parse('{"__proto__":1}'), {}],
  [{ toString: 1 }, {}],
])('%j is not %j', (actual, expected) => {
  expect(() => expectEqual(actual, expected, 'it')).toThrow(/^it is /);
});

test('the message says what was found and what was expected', () => {
  expect(() => expectEqual([1, undefined], { a: 'b' }, 'the size')).toThrow(
    /^the size is \[1,null\], and should be \{"a":"b"\}$/,
  );
  expect(() => expectEqual(undefined, 3, 'the size')).toThrow(/^the size is nothing, and should be 3$/);
});

test('the message of large values shows where they differ', () => {
  const large = Array.from({ length: 200 }, (_, index) => `value ${index}`);
  expect(() => expectEqual(large, large.with(150, 'other'), 'the list')).toThrow(
    /^the list is another \(\+ found, - expected\):\n[^]*\n\+ +'value 150',\n- +'other',\n/,
  );
});

test('a condition that does not hold fails with its sentence', () => {
  expect(() => expectThat(true, 'it holds')).not.toThrow();
  expect(() => expectThat(false, 'it holds')).toThrow('it holds');
});
