import type { Scrub } from '../access/scrubber';

const MOST_CHARACTERS = 300;

/** What Pulsar's server escapes in a page; the ampersand last, since the others begin with one. */
const ENTITIES = [
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
] as const;

/**
 * Pulsar's own words out of the page that answers a refused upgrade: the page's title holds the reason, which is
 * sometimes JSON with an `errorMsg`.
 * @param page HTML text, or whatever a proxy answered
 * @param scrub takes secrets out of the words, should anybody repeat them
 */
export function refusalWords(page: string, fallback: string, scrub: Scrub): string {
  const title = /<title>(?:Error \d+ )?([^<]*)<\/title>/i.exec(page)?.[1] ?? '';
  const text = ENTITIES.reduce((rest, [entity, character]) => rest.replaceAll(entity, character), title)
    .replace(/\s+/g, ' ')
    .trim();
  const words = scrub((/"errorMsg":"([^"]*)"/.exec(text)?.[1] ?? text) || fallback);
  return words.length > MOST_CHARACTERS ? `${words.slice(0, MOST_CHARACTERS)}…` : words;
}
