import { isPlainJson, toJson } from '@dest/core';
import * as fc from 'fast-check';

describe('isPlainJson', () => {
  it('takes what JSON.parse gives, and toJson changes none of that', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(isPlainJson(JSON.parse(text))).toBe(true);
        expect(JSON.stringify(toJson(JSON.parse(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('takes no number that is too large, wherever it is', () => {
    for (const text of ['1e999', '[0,-1e999]', '{"a":{"b":[1e999]}}'])
      expect(isPlainJson(JSON.parse(text))).toBe(false);
  });

  it('takes as deep a value as toJson does', () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(isPlainJson(nested(500))).toBe(true);
    expect(() => toJson(nested(500))).not.toThrow();
    expect(isPlainJson(nested(501))).toBe(false);
    expect(() => toJson(nested(501))).toThrow(/nested more than 500 levels deep/);
  });
});
