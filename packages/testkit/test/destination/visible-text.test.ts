import { TransientError } from '@dest/core';
import { listenToConsole } from '../../src/destination/listen-to-console';
import { visibleText } from '../../src/destination/visible-text';

test.each([
  ['a text', 'SECRET'],
  ['a member, deep inside', { a: { b: [{ c: 'SECRET' }] } }],
  ['a key', { SECRET: 1 }],
  ['a map', new Map([['a', 'SECRET']])],
  ['a URL', { url: new URL('http://x/SECRET') }],
  ['a message', new TransientError('with SECRET')],
  ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: new Error('SECRET') }) })],
  ['one of several errors', new AggregateError([new Error('SECRET')])],
  ['what was put on an error', Object.assign(new Error('a'), { request: { headers: { authorization: 'SECRET' } } })],
])('sees %s', (_what, value) => {
  expect(visibleText(value)).toContain('SECRET');
});

test('gets by with what throws, what contains itself, and what is no object', () => {
  const odd: Record<string, unknown> = {
    get a(): never {
      throw new Error('no');
    },
  };
  odd['self'] = odd;
  expect(visibleText(odd)).toBe('a\nself');
  for (const value of [undefined, null, 5, 5n, Symbol('a'), () => 'SECRET']) expect(visibleText(value)).toBe('');
});

test('hears what is written by console, which is written all the same', () => {
  const written = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const { lines, stop } = listenToConsole();
  console.log('one', 1);
  stop();
  console.log('two');
  expect(lines).toEqual([['one', 1]]);
  expect(written.mock.calls).toEqual([['one', 1], ['two']]);
  written.mockRestore();
});
