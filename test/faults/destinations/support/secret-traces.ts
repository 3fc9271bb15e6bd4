/** Pieces of a text by which a secret is known, whatever it is inside of: as it is, in JSON, in a URL, in base64. */
export function tracesOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset, 'x'), bytes, Buffer.from('xx')]).toString('base64');
    // Without what is beside it.
    return encoded.slice(4, 4 + Math.floor(((bytes.length - 4) * 4) / 3));
  });
  const plain = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  const urls = inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...plain, plain[2]!.toLowerCase(), ...inBase64, ...urls, bytes.toString('hex')];
}

/** Which traces of secrets a text has. */
export function foundTraces(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) => tracesOf(secret).filter((trace) => text.includes(trace)));
}
