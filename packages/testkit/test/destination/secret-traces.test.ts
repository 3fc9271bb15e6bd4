import { findTraces } from '../../src/index';

const SECRET = 'p/ä+ss=wörd 7!';

const forms = (text: string): readonly string[] => [...new Set(findTraces(text, [SECRET]).map(({ form }) => form))];

test.each([
  ['plain', `token ${SECRET}, refused`],
  ['plain', JSON.stringify({ token: SECRET })],
  ['plain', Buffer.from(SECRET).toString('hex')],
  ['URL-encoded', `https://x/?token=${encodeURIComponent(SECRET)}`],
  ['URL-encoded', `https://x/?token=${encodeURIComponent(SECRET).toLowerCase()}`],
  ['URL-encoded', new URLSearchParams({ token: SECRET }).toString()],
  ['base64', Buffer.from(SECRET).toString('base64')],
  ['base64', Buffer.from(`u:${SECRET}`).toString('base64')],
  ['base64', Buffer.from(`user:${SECRET} and more`).toString('base64')],
  ['base64', Buffer.from(`{"a":"${SECRET}"}`).toString('base64url')],
])('%s: %s', (form, text) => {
  expect(forms(text)).toEqual([form]);
});

test('what is none is none', () => {
  expect(forms('a text about p/ä and wörd, and cGFzc3dvcmQ=')).toEqual([]);
});
