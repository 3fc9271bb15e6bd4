import type { Subject } from './destination-case';

const strays = new WeakMap<Subject, Set<unknown>>();

/** What was thrown while a destination was watched, and went to nobody who had called it. */
export function straysOf(subject: Subject): readonly unknown[] {
  return [...(strays.get(subject) ?? [])];
}

/**
 * Keeps what is thrown outside of all calls from now on, which would end the process. Test runners do the same by themselves:
 * they fail the test that runs then.
 *
 * @returns ends it
 */
export function watchForStrays(subject: Subject): () => void {
  const found = strays.get(subject) ?? new Set();
  strays.set(subject, found);
  const note = (error: unknown): void => void found.add(error);
  process.on('uncaughtException', note).on('unhandledRejection', note);
  return () => process.off('uncaughtException', note).off('unhandledRejection', note);
}
