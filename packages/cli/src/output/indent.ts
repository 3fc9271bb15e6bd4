/** Every line of a text moved to the right. */
export function indent(text: string, spaces: number): string {
  const margin = ' '.repeat(spaces);
  return text
    .split('\n')
    .map((line) => (line === '' ? line : margin + line))
    .join('\n');
}
