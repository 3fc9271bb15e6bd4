import { quote } from '../../src/web-socket/quote';

it('is what JSON.stringify makes of every character, lone surrogates included', () => {
  for (let code = 0; code <= 0xffff; code += 1) {
    const text = `a${String.fromCharCode(code)}b`;
    // Not by expect: that would take seconds.
    if (quote(text) !== JSON.stringify(text)) throw new Error(`U+${code.toString(16)}: ${quote(text)}`);
  }
});

it.each([
  '',
  'p-1',
  'e1:orders',
  '"',
  '\\',
  'C:\\n',
  'tab\t',
  '\u0000',
  '\u007f',
  'Zoë',
  '🦩',
  '\ud83e',
  '\u2028',
  '</script>',
])('of %j is what JSON.stringify makes of it', (text) => {
  expect(quote(text)).toBe(JSON.stringify(text));
});
