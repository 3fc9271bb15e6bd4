/** Takes secrets out of a text that came from outside. */
export type Scrub = (text: string) => string;

/**
 * Makes a function that replaces each secret by `***`.
 * @param secrets asked for each time, since tokens change
 */
export function createScrubber(secrets: () => readonly string[]): Scrub {
  return (text) =>
    [...secrets()]
      .filter((secret) => secret !== '')
      // The longest first, since one may hold another.
      .sort((a, b) => b.length - a.length)
      .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
