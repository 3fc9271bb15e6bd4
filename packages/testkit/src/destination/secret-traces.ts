/** In which way a secret came to light. */
export type TraceForm = 'plain' | 'base64' | 'URL-encoded';

/** A text that gives a secret away. */
export interface Trace {
  readonly form: TraceForm;
  readonly text: string;
}

/** Shorter pieces come up by chance. */
const MIN_LENGTH = 6;

/** The texts by which a secret is known, whatever it is a part of: as it is, in JSON, in hexadecimal, in a URL, in base64. */
export function tracesOf(secret: string): readonly Trace[] {
  const plain = new Set([secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('hex')]);
  const inUrl = [encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)];
  const urls = new Set(inUrl.flatMap((text) => [text, text.replace(/%../g, (escaped) => escaped.toLowerCase())]));
  const inBase64 = [0, 1, 2].flatMap((offset) => base64Of(secret, offset));
  return [
    ...[...plain].map((text) => ({ form: 'plain', text }) as const),
    ...[...urls].filter((text) => !plain.has(text)).map((text) => ({ form: 'URL-encoded', text }) as const),
    ...[...new Set(inBase64)].map((text) => ({ form: 'base64', text }) as const),
  ].filter(({ text }) => text.length >= MIN_LENGTH);
}

/** The traces of secrets that a text has. */
export function findTraces(text: string, secrets: readonly string[]): readonly Trace[] {
  return secrets.flatMap((secret) => tracesOf(secret).filter((trace) => text.includes(trace.text)));
}

/** What a secret leaves in the encoding of a text in which it begins at this offset of three. */
function base64Of(secret: string, offset: number): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  // The first and the last character may hold bits of what is beside it.
  const end = (offset + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
  const part = encoded.slice(Math.ceil((offset * 8) / 6), end);
  return [part, part.replaceAll('+', '-').replaceAll('/', '_')];
}
