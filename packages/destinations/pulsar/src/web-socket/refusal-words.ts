const MOST_CHARACTERS = 300;

/**
 * Pulsar's own words out of the page that answers a refused upgrade: the page's title holds the reason, which is
 * sometimes JSON with an `errorMsg`.
 * @param page HTML text, or whatever a proxy answered
 * @param secret taken out of the words, should anybody repeat it
 */
export function refusalWords(page: string, fallback: string, secret: string | undefined): string {
  const title = /<title>(?:Error \d+ )?([^<]*)<\/title>/i.exec(page)?.[1] ?? '';
  const text = title
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
  const words = (/"errorMsg":"([^"]*)"/.exec(text)?.[1] ?? text) || fallback;
  const safe = secret === undefined ? words : words.split(secret).join('[token]');
  return safe.length > MOST_CHARACTERS ? `${safe.slice(0, MOST_CHARACTERS)}…` : safe;
}
