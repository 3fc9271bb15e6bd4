import { planSegments, type Entry } from '../src/plan-segments';

const four = { maxBytes: 4, keep: 2 };

function entry(records: readonly string[], rotation?: Entry['rotation']): Entry {
  return { records, rotation };
}

describe('planSegments', () => {
  it('puts all that has no rotation into one write', () => {
    const entries = [entry(['a\n', 'b\n']), entry([]), entry(['c\n'])];
    expect(planSegments(entries, 1_000)).toEqual([{ records: ['a\n', 'b\n', 'c\n'], completes: entries }]);
  });

  it('puts the file aside before the record that would exceed the size', () => {
    const entries = [entry(['a\n', 'b\n', 'c\n'], four)];
    expect(planSegments(entries, 0)).toEqual([
      { records: ['a\n', 'b\n'], completes: [] },
      { rotateKeeping: 2, records: ['c\n'], completes: entries },
    ]);
    expect(planSegments(entries, 2).map(({ records }) => records)).toEqual([['a\n'], ['b\n', 'c\n']]);
  });

  it('puts a file that is too large already aside at once', () => {
    expect(planSegments([entry(['a\n'], four)], 4).map(({ records }) => records)).toEqual([[], ['a\n']]);
  });

  it('writes one record that is larger than the size whole, into a file of its own', () => {
    const segments = planSegments([entry(['a\n', 'larger\n', 'b\n'], four)], 0);
    expect(segments.map(({ records }) => records)).toEqual([['a\n'], ['larger\n'], ['b\n']]);
    expect(planSegments([entry(['larger\n'], four)], 0)).toHaveLength(1);
  });

  it('counts bytes, not characters', () => {
    expect(planSegments([entry(['ż\n', 'a\n'], four)], 0)).toHaveLength(2);
  });

  it("goes by each entry's own rotation", () => {
    const [free, limited] = [entry(['long long\n']), entry(['a\n'], four)];
    expect(planSegments([free, limited, free], 0)).toEqual([
      { records: ['long long\n'], completes: [free] },
      { rotateKeeping: 2, records: ['a\n', 'long long\n'], completes: [limited, free] },
    ]);
  });
});
