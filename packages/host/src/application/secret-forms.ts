/** A form that is shorter than this is not looked for. */
export const MIN_FORM_LENGTH = 4;
/** From this length on a line of a secret with several, such as a private key, is one by itself. */
const MIN_LINE_LENGTH = 16;

/**
 * The forms in which a secret may come up in a text: as it is, inside JSON, in a URL, in base64 and base64url, also where
 * it is a part of what was encoded (`Basic` authentication encodes user and password together). Pure.
 */
export function secretForms(secret: string): ReadonlySet<string> {
  const lines = secret
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= MIN_LINE_LENGTH);
  const forms = new Set<string>();
  for (const text of new Set([secret, secret.trim(), ...lines])) {
    for (const form of [text, ...inJson(text), ...inUrl(text), ...inBase64(text)]) {
      if (form.length >= MIN_FORM_LENGTH) forms.add(form);
    }
  }
  return forms;
}

/** And JSON inside of JSON, as an error's message that quotes a request has it. */
function inJson(text: string): readonly string[] {
  const once = JSON.stringify(text).slice(1, -1);
  return [once, JSON.stringify(once).slice(1, -1)];
}

function inUrl(text: string): readonly string[] {
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  const component = form
    .replaceAll('+', '%20')
    .replace(/%(?:21|27|28|29|7E)/g, (escaped) => decodeURIComponent(escaped));
  return [form, component].flatMap((encoded) => [
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
  ]);
}

/** What is encoded alone, and what it leaves in the encoding of something longer, at each of the three offsets. */
function inBase64(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const forms = [bytes.toString('base64')];
  for (let offset = 0; offset < 3; offset++) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last character may hold bits of what is beside it.
    const end = (offset + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    forms.push(encoded.slice(Math.ceil((offset * 8) / 6), end));
  }
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')]);
}
