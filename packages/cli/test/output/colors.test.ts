import { colorsFor } from '../../src/output/colors';

describe('colorsFor', () => {
  it.each([
    [true, true, {}, true],
    [false, true, {}, false],
    [true, false, {}, false],
    [true, true, { NO_COLOR: '1' }, false],
    [true, true, { NO_COLOR: '' }, true],
    [true, true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [false, true, { FORCE_COLOR: '1' }, true],
    [true, true, { FORCE_COLOR: '0' }, false],
    [false, false, { FORCE_COLOR: '1' }, false],
    [true, true, { TERM: 'dumb' }, false],
  ])('terminal %s, wanted %s, environment %j: %s', (isTTY, wanted, environment, expected) => {
    expect(colorsFor({ isTTY, wanted, environment }).isColorSupported).toBe(expected);
  });
});
