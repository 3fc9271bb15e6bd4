import { ConfigurationError, failureOf, TransientError } from '@dest/core';
import { asItemError } from '../src/topic-scope';

it.each([
  'PULSAR_TOPIC_INVALID',
  'PULSAR_TOPIC_NOT_FOUND',
  'PULSAR_TOPIC_TERMINATED',
  'PULSAR_SCHEMA_INCOMPATIBLE',
  'PULSAR_NOT_AUTHORIZED',
])('%s is the item’s, with the same code and words', (code) => {
  const error = asItemError(new ConfigurationError('not there', { code }));

  expect(failureOf(error)).toMatchObject({ retry: 'permanent', scope: 'item', code });
  expect(failureOf(error).message).toMatch(/^not there/);
});

it.each([
  new ConfigurationError('who?', { code: 'PULSAR_NOT_AUTHENTICATED' }),
  new ConfigurationError('no API', { code: 'PULSAR_NO_WEB_SOCKET_API' }),
  new TransientError('busy', { code: 'PULSAR_TOPIC_NOT_FOUND', scope: 'destination' }),
  'anything',
])('%s stays what it is', (error) => {
  expect(asItemError(error)).toBe(error);
});

it('a name that another producer has is the item’s for now', () => {
  const error = asItemError(new TransientError('taken', { code: 'PULSAR_CONFLICT', scope: 'destination' }));

  expect(failureOf(error)).toMatchObject({ retry: 'transient', scope: 'item', code: 'PULSAR_CONFLICT' });
});
