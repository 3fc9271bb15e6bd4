import * as fc from 'fast-check';
import { renderJson } from '../../src/output/render-json';

describe('renderJson', () => {
  it('keeps on one line what fits', () => {
    expect(renderJson({ id: 1, list: ['a', null], empty: {}, none: [] })).toBe(
      '{ "id": 1, "list": ["a", null], "empty": {}, "none": [] }',
    );
  });

  it('breaks up what doesn’t', () => {
    expect(renderJson({ a: { b: 1 }, c: ['long', 'longer'] }, 20)).toBe(
      '{\n  "a": { "b": 1 },\n  "c": [\n    "long",\n    "longer"\n  ]\n}',
    );
  });

  it('is the same JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 100 }), (value, width) => {
        expect(JSON.parse(renderJson(value, width))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
