/** Takes secrets out of a text that came from outside. */
export type Scrub = (text: string) => string;

/**
 * Makes a function that replaces each secret by `***`, also where it is written as in a URL, a form or a JSON text.
 * @param secrets asked for each time, since tokens change
 */
export function createScrubber(secrets: () => readonly string[]): Scrub {
  return (text) =>
    [...new Set(secrets().flatMap(spellingsOf))]
      .filter((secret) => secret !== '')
      // The longest first, since one may hold another.
      .sort((a, b) => b.length - a.length)
      .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function spellingsOf(secret: string): readonly string[] {
  // What is no text in UTF-8 would throw.
  const inUrl = encodeURIComponent(Buffer.from(secret).toString());
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  const escaped = [inUrl, inForm].flatMap((text) => [text, text.replace(/%../g, (code) => code.toLowerCase())]);
  return [secret, ...escaped, JSON.stringify(secret).slice(1, -1)];
}
