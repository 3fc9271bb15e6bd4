import { ConfigurationError, failureOf, messageOf, PermanentError, PluginError, TransientError } from '@dest/core';

test.each<[string, unknown, object]>([
  [
    'a transient error',
    new TransientError('later'),
    { retry: 'transient', scope: 'item', code: 'TRANSIENT', message: 'later' },
  ],
  [
    'a destination that asks to wait',
    new TransientError('busy', { scope: 'destination', retryAfterMs: 5, code: 'BUSY' }),
    { retry: 'transient', scope: 'destination', retryAfterMs: 5, code: 'BUSY', message: 'busy' },
  ],
  [
    'a permanent error',
    new PermanentError('never'),
    { retry: 'permanent', scope: 'item', code: 'PERMANENT', message: 'never' },
  ],
  [
    'a configuration error',
    new ConfigurationError('wrong'),
    { retry: 'configuration', scope: 'destination', code: 'CONFIGURATION', message: 'wrong' },
  ],
  [
    'a plugin error',
    new PluginError('gone', { code: 'PLUGIN_X', plugin: 'x' }),
    { retry: 'configuration', scope: 'destination', code: 'PLUGIN_X', message: 'gone' },
  ],
  ['any other error', new RangeError('odd'), { retry: 'transient', scope: 'item', code: 'UNEXPECTED', message: 'odd' }],
  [
    'a system error',
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    { retry: 'transient', scope: 'item', code: 'ECONNREFUSED', message: 'refused' },
  ],
  ['a text', 'just text', { retry: 'transient', scope: 'item', code: 'UNEXPECTED', message: 'just text' }],
  ['nothing', undefined, { retry: 'transient', scope: 'item', code: 'UNEXPECTED', message: 'undefined' }],
  [
    'an error from another copy of core',
    { message: 'foreign', code: 'FOREIGN', [Symbol.for('@dest/core/error@1')]: { retry: 'permanent', scope: 'item' } },
    { retry: 'permanent', scope: 'item', code: 'FOREIGN', message: 'foreign' },
  ],
  [
    'a marker that is nonsense',
    { message: 'odd', [Symbol.for('@dest/core/error@1')]: { retry: 'maybe' } },
    { retry: 'transient', scope: 'item', code: 'UNEXPECTED', message: 'odd' },
  ],
])('%s', (_name, thrown, expected) => {
  expect(failureOf(thrown)).toEqual(expected);
});

test('what throws while it is read is classified all the same', () => {
  const hostile = new Proxy({}, { get: () => { throw new Error('no'); } }); // prettier-ignore
  expect(failureOf(hostile)).toMatchObject({ retry: 'transient', scope: 'item' });
});

test.each<[string, unknown, string]>([
  ['a message that is a symbol', Object.assign(new Error(), { message: Symbol('odd') }), 'Symbol(odd)'],
  ['a message that is a list', Object.assign(new Error(), { message: ['first', 'second'] }), 'first,second'],
  ['a message that is a number, on no error', { message: 0 }, '0'],
  [
    'a message that can not be a text',
    Object.assign(new Error(), { message: Object.create(null) as unknown }),
    'something that has no text was thrown',
  ],
  ['no message, but a name', new RangeError(), 'RangeError'],
  [
    'no message, and a name that is a symbol',
    Object.assign(new Error(), { name: Symbol('odd') }),
    'something that has no text was thrown',
  ],
  ['no message and no name', Object.assign(new Error(), { name: '' }), 'something that has no text was thrown'],
  ['an empty text', '', 'something that has no text was thrown'],
  ['null', null, 'null'],
  ['a symbol', Symbol('odd'), 'Symbol(odd)'],
  ['an object that can not be a text', Object.create(null), 'something that has no text was thrown'],
])('the message is a text: %s', (_name, thrown, expected) => {
  expect(messageOf(thrown)).toBe(expected);
  expect(failureOf(thrown).message).toBe(expected);
});

test.each<[string, unknown]>([
  ['a symbol', Symbol('odd')],
  ['an object', {}],
  ['a number', 5],
  ['empty', ''],
  ['of thousands of characters', 'LONG'.repeat(1_000)],
])('a code that is %s is none', (_name, code) => {
  expect(failureOf(Object.assign(new Error('odd'), { code })).code).toBe('UNEXPECTED');
  expect(failureOf(Object.assign(new PermanentError('odd'), { code })).code).toBe('PERMANENT');
});

test('a marker that changes its answers is read once', () => {
  const retries: unknown[] = ['permanent', 'permanent', 5];
  const mark = { scope: 'item', get retry(): unknown { return retries.pop(); } }; // prettier-ignore
  const thrown = { message: 'odd', [Symbol.for('@dest/core/error@1')]: mark };
  expect(failureOf(thrown)).toMatchObject({ retry: 'transient' });
  expect(failureOf(thrown)).toMatchObject({ retry: 'permanent', code: 'PERMANENT' });
  expect(retries).toHaveLength(1);
});

test('a message of 10,000 characters is kept, a longer one is shortened and says so', () => {
  const fits = 'x'.repeat(10_000);
  expect(failureOf(new Error(fits)).message).toBe(fits);
  expect(failureOf(new Error(`${fits}yz`)).message).toBe(`${fits}… (2 more characters)`);
  expect(messageOf(new Error(`${fits}yz`))).toBe(`${fits}yz`);
});

test('a message is not cut through the middle of a character', () => {
  const { message } = failureOf(new Error(`${'x'.repeat(9_999)}😀`));
  expect(message).toBe(`${'x'.repeat(9_999)}… (2 more characters)`);
});
