import { AssertionError, deepStrictEqual } from 'node:assert';

/**
 * Compares plain values. A member that is undefined counts as absent, and prototypes don't count: what is compared may come
 * out of another realm.
 *
 * @param what - what `actual` is, for the message
 * @throws AssertionError with a message that shows where they differ
 */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const left = plain(actual);
  const right = plain(expected);
  try {
    deepStrictEqual(left, right);
  } catch (error) {
    const { message } = error as Error;
    throw new AssertionError({
      message: `${what} should be another (- expected, + actual):\n${swapped(message)}`,
      actual: left,
      expected: right,
    });
  }
}

/**
 * @param what - what should be so, as a sentence, for the message
 * @throws AssertionError with the message
 */
export function expectThat(condition: boolean, what: string): asserts condition {
  if (!condition) throw new AssertionError({ message: `This should be so: ${what}` });
}

/** The comparison without its heading. */
function swapped(message: string): string {
  return message.replace(/^Expected values to be strictly deep-equal:\n/, '').replace(/^\+ actual - expected\n+/, '');
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, plain);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, plain(member)]));
}
