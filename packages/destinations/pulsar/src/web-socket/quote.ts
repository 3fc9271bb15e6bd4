/** Printable ASCII but quotation marks and backslashes: what JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** The JSON text of a text. For what nearly every text is, this costs a third of JSON.stringify. */
export function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
