import { countPlainMembers, toJson } from '@dest/core';
import * as fc from 'fast-check';

describe('countPlainMembers', () => {
  it('takes what JSON.parse gives, and toJson changes none of that', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(countPlainMembers(JSON.parse(text))).toBeGreaterThanOrEqual(0);
        expect(JSON.stringify(toJson(JSON.parse(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('counts the members of all objects', () => {
    expect(countPlainMembers(JSON.parse('{"a":[{"b":1,"__proto__":{"c":2}},"d"],"e":null}'))).toBe(5);
    expect([[], [[1]], 'a', 1, null, true].map(countPlainMembers)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('takes no number that is too large, wherever it is', () => {
    for (const text of ['1e999', '[0,-1e999]', '{"a":{"b":[1e999]}}']) {
      expect(countPlainMembers(JSON.parse(text))).toBeUndefined();
    }
  });

  it('takes as deep a value as toJson does', () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(countPlainMembers(nested(500))).toBe(0);
    expect(() => toJson(nested(500))).not.toThrow();
    expect(countPlainMembers(nested(501))).toBeUndefined();
    expect(() => toJson(nested(501))).toThrow(/nested more than 500 levels deep/);
  });
});
