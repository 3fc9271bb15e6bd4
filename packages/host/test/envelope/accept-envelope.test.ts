import { acceptEnvelope } from '@dest/host';

test('a part that is null is absent', () => {
  const given = { id: 'one', event: { type: 'a' }, profile: null, session: null, changes: null, profileBefore: null };
  expect(acceptEnvelope(given)).toEqual({ id: 'one', envelope: { id: 'one', event: { type: 'a' } } });
  expect(acceptEnvelope({ event: null, profile: { id: 'p' } }, 'two').envelope).toEqual({ profile: { id: 'p' } });
});

test.each([
  [{ event: null, profile: null }, 'event and profile are both missing'],
  [{ event: null, id: null, profile: {} }, 'id should be a text that is not empty, is null'],
  [{ event: { type: 'a' }, other: null }, 'other is not known here'],
  [null, 'it should be an object with an event or a profile, is null'],
])('%j is refused', (given, message) => {
  expect(() => acceptEnvelope(given)).toThrow(message);
});
