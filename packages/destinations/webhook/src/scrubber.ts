/** Takes secrets out of a text that came from outside. `cutOff`: the text may end in the middle of one. */
export type Scrubber = (text: string, cutOff?: boolean) => string;

/** Makes a function that replaces each of `secrets`, also JSON-escaped or percent-encoded, by `***`. */
export function createScrubber(secrets: readonly (string | undefined)[]): Scrubber {
  const known = secrets.flatMap((secret) => (secret === undefined || secret === '' ? [] : [secret]));
  const forms = known.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), percentEncoded(secret)]);
  // The longest first, since one may hold another.
  const unique = [...new Set(forms)].sort((a, b) => b.length - a.length);
  const longest = unique[0]?.length ?? 0;
  return (text, cutOff = false) => {
    const scrubbed = unique.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return cutOff ? scrubbed.slice(0, Math.max(0, scrubbed.length - longest + 1)) : scrubbed;
  };
}

function percentEncoded(text: string): string {
  // By way of bytes, since a lone surrogate would throw.
  return encodeURIComponent(Buffer.from(text).toString());
}
