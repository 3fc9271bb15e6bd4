import { createScrubber } from '../../src/access/scrubber';

const SECRET = 'a/b+c d&e="f"\n~ß';

test.each([
  ['as it is', SECRET],
  ['in a URL', encodeURIComponent(SECRET)],
  ['in a URL, with small letters', encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
  ['in a form', new URLSearchParams({ secret: SECRET }).toString().slice('secret='.length)],
  ['in a JSON text', JSON.stringify(SECRET).slice(1, -1)],
])('a secret is taken out %s', (_how, echoed) => {
  const scrub = createScrubber(() => [SECRET, 'other']);
  expect(scrub(`client_secret=${echoed}&x=other`)).toBe('client_secret=***&x=***');
});

test('of two secrets the one that holds the other goes as a whole; an empty one is none', () => {
  const scrub = createScrubber(() => ['', 'abc', 'abc def', '\ud800']);
  expect(scrub('abc def, abc, abc%20def, x')).toBe('***, ***, ***, x');
});
