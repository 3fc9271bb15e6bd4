import { createScrubber } from '../src/scrubber';

describe('createScrubber', () => {
  it('takes secrets out, as they are, JSON-escaped and percent-encoded', () => {
    const scrub = createScrubber(['ca"n/ary', undefined, '']);
    expect(scrub('1 ca"n/ary 2 ca\\"n/ary 3 ca%22n%2Fary 4')).toBe('1 *** 2 *** 3 *** 4');
  });

  it('takes the longer of two out first', () => {
    expect(createScrubber(['canary', 'canary-long'])('canary-long canary')).toBe('*** ***');
  });

  it('cuts off where a text may end in the middle of a secret', () => {
    const scrub = createScrubber(['canary']);
    expect(scrub('some text cana', true)).not.toContain('ca');
    expect(scrub('some text cana')).toBe('some text cana');
  });

  it('stands a lone surrogate', () => {
    expect(createScrubber(['\ud800x'])('a \ud800x b')).toBe('a *** b');
  });
});
