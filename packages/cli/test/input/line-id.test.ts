import { lineId, lineSource } from '../../src/input/line-id';

describe('lineId', () => {
  it('is the same for the same line of the same file, and another one where either differs', () => {
    const source = lineSource('data/events.ndjson');
    const id = lineId(source, 3, '{"a":1}');
    expect(id).toMatch(/^events\.ndjson:3:[0-9a-f]{12}$/);
    expect(lineId(lineSource('./data/events.ndjson'), 3, '{"a":1}')).toBe(id);
    expect(lineId(source, 3, '{"a":2}')).not.toBe(id);
    expect(lineId(source, 4, '{"a":1}')).not.toBe(id);
    expect(lineId(lineSource('other/events.ndjson'), 3, '{"a":1}')).not.toBe(id);
  });

  it('names stdin', () => {
    expect(lineId(lineSource(undefined), 1, '{}')).toMatch(/^stdin:1:[0-9a-f]{12}$/);
  });
});
