/** What a terminal would take for an order, in texts that come from elsewhere. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

// eslint-disable-next-line no-control-regex
const COLORS = /(\u001b\[[\d;]*m)/;

/** A text from elsewhere, with nothing in it that a terminal would obey. Line breaks stay. */
export function printable(text: string): string {
  return text.replace(CONTROLS, ' ');
}

/** The same on one line, shortened to so many characters. */
export function oneLine(text: string, length: number): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join('')}…`;
}

/** A text with colours of this command in it, which stay, and nothing else that a terminal would obey. */
export function printableInColors(text: string): string {
  return text
    .split(COLORS)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
