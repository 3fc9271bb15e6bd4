import type { SeededRandom } from '../seeded-random';

const TEXTS = [
  '',
  'plain',
  'Zoë 名前 🦆',
  'line\nbreak\ttab "quotes" \\ back',
  '\u0000 zero \u001f',
  '\ud800 half a pair',
  '\u2028',
];
const NUMBERS = [0, -1, 0.1, 1e21, 5e-324, 2 ** 53 - 1, -123456.789];

/** A payload that is easily damaged on its way: odd texts and numbers, nesting, now and then many kilobytes. */
export function oddPayload(random: SeededRandom): object {
  const one = <Value>(values: readonly Value[]): Value => values[random.between(0, values.length - 1)]!;
  const long = random.chance(0.02) ? 'large '.repeat(random.between(1_000, 8_000)) : '';
  return {
    text: one(TEXTS) + long,
    number: one(NUMBERS),
    list: Array.from({ length: random.between(0, 4) }, () => one([null, true, one(TEXTS), one(NUMBERS)])),
    nested: { deep: { deeper: one(TEXTS) }, empty: {}, 'odd key ': random.between(0, 1_000_000) },
  };
}
