import { ConfigurationError, failureOf, PermanentError, PluginError, TransientError } from '@dest/core';

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
