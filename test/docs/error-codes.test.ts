import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceErrorCodes } from './source-error-codes';

const root = join(__dirname, '../..');

/** The codes in the first column of the page's table, in its order. */
function listedCodes(): readonly string[] {
  const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');
  return [...page.matchAll(/^\| `([A-Z][A-Z0-9_]*)` +\|/gm)].map(([, code]) => code as string);
}

describe('docs/reference/errors.md', () => {
  const listed = listedCodes();
  const written = sourceErrorCodes(root);

  test('codes are found where a text is chosen, passed on or kept in a table', () => {
    const codes = new Set(written.map(({ code }) => code));
    // A property's default, an argument, a table, a choice, a type; and one word without an underscore.
    const examples = ['UNEXPECTED', 'SCHEMA', 'PLUGIN_RANGE_UNMET', 'WEBHOOK_RATE_LIMITED', 'PULSAR_REDIRECTED'];
    expect(examples.filter((code) => !codes.has(code))).toEqual([]);
    expect(['ENOENT', 'EISDIR', 'POST', 'CONTAINS', 'MODULE_NOT_FOUND'].filter((code) => codes.has(code))).toEqual([]);
  });

  test('has every code that the sources have', () => {
    expect(written.filter(({ code }) => !listed.includes(code))).toEqual([]);
  });

  test('has no code that the sources don’t have', () => {
    const codes = new Set(written.map(({ code }) => code));
    expect(listed.filter((code) => !codes.has(code))).toEqual([]);
  });

  test('has each code once, in alphabetical order', () => {
    expect(listed).toEqual([...new Set(listed)].sort());
  });
});
