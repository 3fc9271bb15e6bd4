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
    const [found, wanted] = [textOf(left), textOf(right)];
    const difference =
      found.length + wanted.length <= MAX_SHOWN
        ? `is ${found}, and should be ${wanted}`
        : `is another (+ found, - expected):\n${withoutHeading((error as Error).message)}`;
    throw new AssertionError({ message: `${what} ${difference}`, actual: left, expected: right });
  }
}

/**
 * @param what - what should be so, as a sentence, for the message
 * @throws AssertionError with the message
 */
export function expectThat(condition: boolean, what: string): asserts condition {
  if (!condition) throw new AssertionError({ message: `This should be so: ${what}` });
}

/** Longer ones are shown by their differences. */
const MAX_SHOWN = 300;

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function withoutHeading(message: string): string {
  return message.replace(/^Expected values to be strictly deep-equal:\n/, '').replace(/^\+ actual - expected\n+/, '');
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, plain);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, plain(member)]));
}
